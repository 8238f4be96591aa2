export type { BrokerConfig, BrokerConfigSources, BrokerKeyTables, BrokerValues } from './broker-config.ts';
export { brokerKeyTables, readBrokerConfig } from './broker-config.ts';
export { brokerConfigText, brokerProperties, brokerSettingsOf } from './broker-settings.ts';
export type { HostFacts } from './host-facts.ts';
