// Headers as Java's clients and brokers write them on the hot paths, and the same content in the forms that others read.
import { decodeCommand, type ExtFields, PullMessageRequestHeader, PullMessageResponseHeader, RemotingCommand, SendMessageAnswerHeader, SendMessageRequestHeaderV2, SerializeType } from '@rocketmq-ts/remoting-protocol';
import protobuf from 'protobufjs';
import { sendRequestText, TAGGED_PROPERTIES } from '../message.ts';

const TEXTS = {
  'send request': sendRequestText(TAGGED_PROPERTIES),
  'send response':
    '{"code":0,"extFields":{"queueId":"1","TRACE_ON":"true","MSG_REGION":"DefaultRegion","msgId":"7F00000100002A9F00000000000003A8","queueOffset":"123456"},"flag":1,"language":"JAVA","opaque":1420,"serializeTypeCurrentRPC":"JSON","version":333}',
  'pull request':
    '{"code":11,"extFields":{"queueId":"1","maxMsgNums":"32","sysFlag":"4","suspendTimeoutMillis":"20000","commitOffset":"0","topic":"BenchmarkTest","queueOffset":"123456","expressionType":"TAG","subscription":"TagB || TagC","subVersion":"1795362355567","consumerGroup":"benchmark_consumer"},"flag":0,"language":"JAVA","opaque":175,"serializeTypeCurrentRPC":"JSON","version":333}',
  'pull response':
    '{"code":0,"extFields":{"suggestWhichBrokerId":"0","nextBeginOffset":"123488","maxOffset":"200123","minOffset":"0"},"flag":1,"language":"JAVA","opaque":175,"remark":"FOUND","serializeTypeCurrentRPC":"JSON","version":333}',
  'route request': '{"code":105,"extFields":{"topic":"BenchmarkTest"},"flag":0,"language":"JAVA","opaque":142,"serializeTypeCurrentRPC":"JSON","version":333}',
  heartbeat: '{"code":34,"flag":0,"language":"JAVA","opaque":142,"serializeTypeCurrentRPC":"JSON","version":333}',
} as const;

/** What `JSON.parse` makes of a header. */
export interface PlainHeader {
  readonly code: number;
  readonly extFields?: Readonly<Record<string, string>>;
  readonly flag: number;
  readonly language: string;
  readonly opaque: number;
  readonly remark?: string;
  readonly serializeTypeCurrentRPC: string;
  readonly version: number;
}

export interface HeaderSample {
  readonly name: string;
  readonly json: Buffer;
  readonly plain: PlainHeader;
  readonly command: RemotingCommand;
  /** The same, to be written in the ROCKETMQ form. */
  readonly binaryCommand: RemotingCommand;
}

export const headerSamples: readonly HeaderSample[] = Object.entries(TEXTS).map(([name, text]) => {
  const json = Buffer.from(text);
  const command = decodeCommand({ serializeType: SerializeType.JSON, header: json, body: undefined });
  const binaryCommand = Object.assign(new RemotingCommand(command.code), command, { serializeType: SerializeType.ROCKETMQ });
  return { name, json, plain: JSON.parse(text) as PlainHeader, command, binaryCommand };
});

/** A header as a message of Protocol Buffers: numbers as varints, the language by its number, fields as a map. */
export const HeaderMessage = protobuf.parse(`
  syntax = "proto3";
  message Header {
    int32 code = 1;
    map<string, string> extFields = 2;
    int32 flag = 3;
    int32 language = 4;
    int32 opaque = 5;
    string remark = 6;
    int32 version = 7;
  }`).root.lookupType('Header');

export function protobufHeader({ plain, command }: HeaderSample): protobuf.Message {
  return HeaderMessage.create({ ...plain, language: command.language });
}

/** The content of a header, however it was carried. */
export function contentOf(header: RemotingCommand | PlainHeader | protobuf.Message): unknown {
  const { code, extFields, flag, opaque, remark, version } = header as RemotingCommand & PlainHeader;
  const fields = extFields !== undefined && Symbol.iterator in extFields ? Object.fromEntries(extFields as Iterable<[string, string]>) : { ...(extFields as object | undefined) };
  return { code, fields, flag, opaque, remark: remark === '' ? undefined : remark, version };
}

/** Header object ↔ fields, whatever the class. */
export interface HeaderClass {
  decode(fields: ExtFields | undefined): unknown;
  encode(header: unknown): ExtFields;
}

const HEADER_CLASSES: Readonly<Record<string, unknown>> = {
  'send request': SendMessageRequestHeaderV2,
  'send response': SendMessageAnswerHeader,
  'pull request': PullMessageRequestHeader,
  'pull response': PullMessageResponseHeader,
};

export function headerClassOf(name: string): HeaderClass | undefined {
  return HEADER_CLASSES[name] as HeaderClass | undefined;
}
