/**
 * GET_BROKER_CONFIG (26). The whole configuration; version is the JSON text of a DataVersion.
 *
 * response header | GetBrokerConfigResponseHeader
 * response body   | properties text
 *
 * Source: common/protocol/header/GetBrokerConfigResponseHeader.java (4.6.0)
 */
import { RequestCode } from '../../../codes/request-code.ts';
import { defineApi } from '../../define-api.ts';
import { defineHeader, type HeaderOf, required } from '../../define-header.ts';

export const GetBrokerConfigResponseHeader = defineHeader('GetBrokerConfigResponseHeader', {
  version: required.string,
});
export type GetBrokerConfigResponseHeader = HeaderOf<typeof GetBrokerConfigResponseHeader>;

export const getBrokerConfig = defineApi({
  code: RequestCode.GET_BROKER_CONFIG,
  response: GetBrokerConfigResponseHeader,
  responseBody: 'properties text',
});
