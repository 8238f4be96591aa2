/**
 * GET_NAMESRV_CONFIG (319). The whole configuration.
 *
 * response body   | properties text
 *
 * Source: common/protocol/RequestCode.java (4.6.0)
 */
import { RequestCode } from '../../codes/request-code.ts';
import { defineApi } from '../define-api.ts';

export const getNamesrvConfig = defineApi({
  code: RequestCode.GET_NAMESRV_CONFIG,
  responseBody: 'properties text',
});
