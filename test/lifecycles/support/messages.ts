import type { Actor, Envelope } from '../../../workflows/lifecycle/entry.js';
import type { Message } from '../../../workflows/lifecycle/message.js';

let count = 0;

// A service of the fleet, and a person who may decide.
const SERVICE: Actor = { kind: 'service', id: 'scripted', authenticated: 'hmac' };
export const REVIEWER: Actor = { kind: 'staff', id: 'reviewer-3', authenticated: 'token' };

export const SUPERVISOR: Actor = { kind: 'staff', id: 'supervisor-1', authenticated: 'token' };

/** A message with a whole envelope; every one has an id of its own unless `given` says otherwise. */
export function message<Data>(workflowId: string, data: Data, given: Partial<Envelope> = {}): Message<Data> {
  return {
    envelope: {
      entityId: workflowId.slice(workflowId.indexOf('/') + 1),
      messageId: `M-${++count}`,
      occurredAt: '2012-11-02T10:00:00.000Z',
      source: '/test',
      actor: SERVICE,
      schemaVersion: 1,
      ...given,
    },
    data,
  };
}
