export { type Broker, createBroker } from './broker.ts';
export { type BrokerConfig, brokerConfigText, type BrokerConfigSources, brokerProperties, brokerSettingsOf, type HostFacts, readBrokerConfig } from './config/index.ts';
export type { Verdict } from './metrics/health.ts';
export { BrokerNameInOtherClusterError, BrokerNameTakenError } from './name-server/identity-rules.ts';
export type { BootTopicSettings, BrokerIdentity, BrokerSettings, LiveSettings, MetricsSettings, PollingSettings } from './settings.ts';
