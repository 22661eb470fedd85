/** The handling of an event as everybody sees it: a span that goes on from where the event came about, and its ids on every line logged. */
import { SpanKind } from '@opentelemetry/api';
import { inScope } from '../../telemetry/scope.js';
import { contextOf, traced } from '../../telemetry/tracing.js';
import type { BrokerEvent } from './event.js';

/** @param who handles it: the subscription's name */
export function handling<T>(who: string, event: BrokerEvent, work: () => Promise<T>): Promise<T> {
  const { id, type, correlationid: correlationId } = event;
  const attributes = { 'messaging.message.id': id, 'throughline.correlation_id': correlationId };
  const span = { name: `process ${type}`, kind: SpanKind.CONSUMER, parent: contextOf(event.traceparent) };
  return inScope({ correlationId, eventId: id }, () =>
    traced({ ...span, attributes: { ...attributes, 'messaging.consumer.group.name': who } }, work),
  );
}
