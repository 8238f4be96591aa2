export { type Broker, createBroker } from './broker.ts';
export { BrokerNameTakenError } from './name-server/find-twin.ts';
export type { BootTopicSettings, BrokerIdentity, BrokerSettings, LiveSettings, PollingSettings } from './settings.ts';
