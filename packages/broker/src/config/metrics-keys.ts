import { defineKeys, enumKey, intKey, textKey } from '@rocketmq-ts/kernel';
import { HOST, isHost } from './value-checks.ts';

const LABELS = 'name:value, several separated by a comma; names of letters, digits and _';
/** Every metric has these already. */
const TAKEN: ReadonlySet<string> = new Set(['cluster', 'node_type', 'node_id', 'le', 'quantile']);

/**
 * Keys that 4.6.0 does not know: those of 5.x for metrics, as far as they can be kept.
 * Source: common/BrokerConfig.java (5.3.3)
 */
export function metricsKeys() {
  return defineKeys('BrokerConfig of 5.x', {
    metricsExporterType: enumKey(['DISABLE', 'PROM'], 'DISABLE', 'PROM: metrics and health over HTTP; OTLP_GRPC and LOG are not available', { effect: 'acts' }),
    metricsPromExporterPort: intKey(5557, 'port of metrics and health', { effect: 'acts', min: 1, max: 65_535 }),
    metricsPromExporterHost: textKey('', 'address of that port; brokerIP1 unless given', { effect: 'acts', allowed: HOST, check: (text) => text === '' || isHost(text) }),
    metricsLabel: textKey('', 'labels that every metric gets', { effect: 'acts', allowed: LABELS, check: (text) => parseLabels(text) !== undefined }),
  });
}

/** Of a value that was checked. */
export function labelsOf(text: string): Readonly<Record<string, string>> {
  return parseLabels(text) ?? {};
}

function parseLabels(text: string): Record<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const item of text.split(',').filter((part) => part.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*([^:]*?)\s*$/.exec(item) ?? [];
    if (name === '' || name.startsWith('__') || TAKEN.has(name) || labels.has(name)) return undefined;
    labels.set(name, value);
  }
  return Object.fromEntries(labels);
}
