// The message that subjects and the gate measure with, as a Java client sends it and as the log has it.
import type { RecordFields } from '@rocketmq-ts/remoting-protocol';

/** Properties of a message without a tag. */
export const PROPERTIES = 'UNIQ_KEY\u0001C000020200004E0E2F2A6F87916E0001\u0002WAIT\u0001true\u0002';
export const TAGGED_PROPERTIES = `${PROPERTIES}TAGS\u0001TagA\u0002`;

/** JSON header of a SEND_MESSAGE_V2. */
export function sendRequestText(properties: string): string {
  return `{"code":310,"extFields":{"a":"please_rename_unique_group_name","b":"BenchmarkTest","c":"TBW102","d":"4","e":"2","f":"0","g":"1795362355567","h":"0","i":${JSON.stringify(properties)},"j":"0","k":"false","m":"false"},"flag":0,"language":"JAVA","opaque":1420,"serializeTypeCurrentRPC":"JSON","version":333}`;
}

/** Its record. */
export function recordFieldsOf(bodyBytes: number, properties: string): RecordFields & { readonly body: Buffer; readonly properties: Buffer } {
  return {
    topic: 'BenchmarkTest',
    queueId: 2,
    flag: 0,
    sysFlag: 0,
    queueOffset: 123_456,
    physicalOffset: 7_654_321_000,
    bornTimestamp: 1_795_362_355_567,
    bornHost: { ip: '127.0.0.1', port: 54_321 },
    storeTimestamp: 1_795_362_355_568,
    storeHost: { ip: '127.0.0.1', port: 10_911 },
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.alloc(bodyBytes, 'body'),
    properties: Buffer.from(properties),
  };
}
