import type { Histogram } from '@rocketmq-ts/store';

export type Labels = Readonly<Record<string, string | number>>;

/** One line of the text. `sharedLabels` is turned into text once per object, so whoever keeps it saves that work. */
interface MetricValue {
  readonly metricName?: string;
  readonly value: number;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
}

const NONE: Labels = {};

/**
 * One metric with all its series, in the form in which prom-client's registry asks for it. Values are put in right
 * before the text is made: what is counted lies in plain fields of those who count.
 */
export class MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  #values: MetricValue[] = [];

  constructor(type: MetricFamily['type'], name: string, help: string) {
    this.type = type;
    this.name = name;
    this.help = help;
  }

  set(labels: Labels, value: number): void {
    this.#values.push({ value, labels: NONE, sharedLabels: labels });
  }

  setHistogram(labels: Labels, { bounds, counts, sum }: Histogram): void {
    let count = 0;
    for (const [at, times] of counts.entries()) {
      count += times;
      this.#values.push({ metricName: `${this.name}_bucket`, value: count, labels: { le: bounds[at] ?? '+Inf' }, sharedLabels: labels });
    }
    this.#values.push({ metricName: `${this.name}_sum`, value: sum, labels: NONE, sharedLabels: labels });
    this.#values.push({ metricName: `${this.name}_count`, value: count, labels: NONE, sharedLabels: labels });
  }

  /** Gives the values away: prom-client's side of a metric. */
  get(): Promise<{ name: string; help: string; type: string; values: readonly MetricValue[]; aggregator: string }> {
    const values = this.#values;
    this.#values = [];
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, values, aggregator: 'sum' });
  }
}

/** Metrics that are found in one pass. */
export interface MetricGroup {
  readonly families: readonly MetricFamily[];
  /** Puts the present values into the families. */
  collect(): void;
}
