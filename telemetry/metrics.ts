/** A process's metrics: those of the catalogue that it gives, and Node's own. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type Declared, type ProcessName } from './catalogue.js';

type Named<Type extends Declared['type']> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[keyof typeof METRICS];

/** A row of a group of gauges. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One per process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #made = new Map<string, Counter | Gauge | Histogram>();

  /** @param from what kind of process this is: only its metrics are there */
  constructor(readonly from: ProcessName) {
    collectDefaultMetrics({ register: this.#registry });
    for (const [key, declared] of Object.entries<Declared>(METRICS)) {
      if (declared.from.includes(from)) this.#made.set(key, made(declared, this.#registry));
    }
  }

  counter(name: Named<'counter'>): Counter {
    return this.#named(name) as Counter;
  }

  histogram(name: Named<'histogram'>): Histogram {
    return this.#named(name) as Histogram;
  }

  gauge(name: Named<'gauge'>): Gauge {
    return this.#named(name) as Gauge;
  }

  /** Sets a gauge anew: what is not among the samples is gone, as a state is that nobody is in. */
  replace(name: Named<'gauge'>, samples: readonly Sample[]): void {
    const gauge = this.gauge(name);
    gauge.reset();
    for (const [labels, value] of samples) gauge.set(labels, value);
  }

  /** In Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #named(name: string) {
    const found = this.#made.get(name);
    if (!found) throw new Error(`metric ${name} is not one that a process of kind ${this.from} gives`);
    return found;
  }
}

/** Media type of {@link Metrics.text}. */
export const PROMETHEUS_TEXT = Registry.PROMETHEUS_CONTENT_TYPE;

function made({ type, name, help, labels, buckets }: Declared, registry: Registry) {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'counter') return new Counter(options);
  if (type === 'gauge') return new Gauge(options);
  return new Histogram({ ...options, ...(buckets && { buckets: [...buckets] }) });
}
