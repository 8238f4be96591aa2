export { createResponse, type ExtFields, MQ_VERSION_4_6_0, RemotingCommand, SerializeType } from './command/remoting-command.ts';
export type { HostAddress, Message, MessageExt } from './message/message.ts';
export { compareMessageQueues, type MessageQueue, messageQueueKey } from './message/message-queue.ts';
