/** A small lifecycle and journeys through it, as a workflow would tell them. */
import type { Actor, Entry, EntityRef, RideAlong } from '../../workflows/lifecycle/entry.js';
import { days, defineLifecycle, type Lifecycle } from '../../workflows/lifecycle/definition.js';

export const parcelLifecycle: Lifecycle = defineLifecycle({
  name: 'parcel',
  version: 1,
  initial: 'Announced',
  states: {
    Announced: {
      means: 'The sender has announced it.',
      to: ['Travelling', 'Delivered'],
      deadline: days(1),
      onDeadline: 'Travelling',
      waitsFor: 'the parcel',
      owner: 'sender',
    },
    Travelling: {
      means: 'A carrier has it.',
      to: ['Travelling', 'Announced', 'Delivered'],
      deadline: days(3),
      onDeadline: 'Announced',
      waitsFor: 'the delivery',
      owner: 'carrier',
    },
    Delivered: { means: 'It has arrived.', to: [], terminal: true, owner: 'nobody' },
  },
  messages: {},
});

export const SYSTEM: Actor = { kind: 'system', id: 'throughline', authenticated: 'temporal' };

/** Noon plus so many minutes. */
export const at = (minute: number): string => new Date(Date.UTC(2012, 9, 29, 12, minute)).toISOString();

export function ref(id: string, changes: Partial<EntityRef> = {}): EntityRef {
  return {
    lifecycle: 'parcel',
    id,
    stage: 1,
    firstRunId: `first-run-of-${id}`,
    correlationId: `parcel/${id}`,
    contentHash: 'c0ffee',
    kernelVersion: 1,
    lifecycleVersion: 1,
    ...changes,
  };
}

export function transition(sequence: number, from: string | undefined, to: string, more: Partial<Entry> = {}): Entry {
  return {
    sequence,
    kind: 'transition',
    recordedAt: at(sequence),
    causationId: `activity:step${sequence}`,
    actor: SYSTEM,
    ...(from !== undefined && { from }),
    to,
    ...more,
  };
}

/** Four entries from announcement to delivery, with a part, a clock, a fact, a message and a review task. */
export function journey(id = 'x'): [Entry, Entry, Entry, Entry] {
  return [
    transition(1, undefined, 'Announced', {
      patch: {
        facts: { catastrophe: 'Hurricane Sandy', weight: 1200 },
        parts: { box: { state: 'Open', since: at(1) } },
        clocks: { state: { basis: 'entered Announced', startedAt: at(1), dueAt: at(100), leadsTo: 'Travelling' } },
      },
    }),
    {
      sequence: 2,
      kind: 'message',
      recordedAt: at(2),
      causationId: 'msg-1',
      actor: SYSTEM,
      message: {
        name: 'pickedUp',
        messageId: 'msg-1',
        outcome: 'applied',
        source: '/services/carrier',
        occurredAt: at(1),
        receivedAt: at(2),
        schemaVersion: 1,
        digest: 'abc',
      },
      patch: {
        reviews: {
          [`parcel/${id}#2`]: { queue: 'lost', reason: 'no-scan', priority: 2, openedAt: at(2), dueAt: at(60) },
        },
      },
    },
    transition(3, 'Announced', 'Travelling', {
      reason: { code: 'picked-up' },
      patch: {
        attention: 'slow',
        clocks: { state: { basis: 'entered Travelling', startedAt: at(3), dueAt: at(200), leadsTo: 'Announced' } },
        reviews: { [`parcel/${id}#2`]: { resolved: 'found' } },
      },
    }),
    transition(4, 'Travelling', 'Delivered', {
      patch: {
        clocks: { state: null },
        parts: { box: { state: 'Handed', since: at(4), amount: { minor: 4200, currency: 'USD' } } },
        attention: null,
        outcome: 'delivered',
      },
    }),
  ];
}

export function carrier(entity: EntityRef, entries: readonly Entry[]): RideAlong {
  return { entity, entries };
}

/** The same value with the fields of each object in another order, as another process would build it. */
export function shuffled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(shuffled) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, shuffled(field)]),
  ) as T;
}
