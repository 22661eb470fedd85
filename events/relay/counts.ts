/** What a relay counts. */
import type { Metrics } from '../../telemetry/metrics.js';
import type { RelaySettings } from './relay.js';

/** @param outbox whose events it publishes: `records`, or the name of a subscriber */
export function relayCounts(metrics: Metrics, outbox: string): NonNullable<RelaySettings['count']> {
  return (taken, refused) => {
    metrics.counter('relayed').inc({ outbox }, taken);
    metrics.counter('relayRefused').inc({ outbox }, refused);
  };
}
