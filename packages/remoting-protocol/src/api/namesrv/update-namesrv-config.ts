/**
 * UPDATE_NAMESRV_CONFIG (318). Changes known keys and writes the configuration file.
 *
 * request body    | properties text (body/properties-text.ts)
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const updateNamesrvConfig = defineApi({
  code: RequestCode.UPDATE_NAMESRV_CONFIG,
  requestBody: 'properties text (body/properties-text.ts)',
});
