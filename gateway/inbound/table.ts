/** Which events of others become messages of entities. One row per type; what the row gives is checked by the message's own schema. */
import { z } from 'zod';
import type { BrokerEvent } from '../../events/broker/event.js';
import { chainCompleted } from '../../events/follow-up.js';

export interface InboundRow {
  readonly lifecycle: string;
  /** The entity's business key. */
  readonly key: (event: BrokerEvent) => string;
  /** Wire name. */
  readonly message: string;
  /** The message's data. @throws ZodError where the event does not say what it takes */
  readonly data: (event: BrokerEvent) => unknown;
}

const bySubject = ({ subject }: BrokerEvent): string => subject;

const followUp = z.object({ ...chainCompleted.shape, stamp: z.object({ facts: z.object({ resolution: z.int() }) }) });

/** By the event's type. */
export const INBOUND: Readonly<Record<string, InboundRow>> = {
  // Every step that follows a resolved ticket is done.
  'com.throughline.ticket.followUp.completed.v1': {
    lifecycle: 'ticket',
    key: bySubject,
    message: 'followUpCompleted',
    data: ({ data }) => {
      const { steps, stamp } = followUp.parse(data);
      return { steps, resolution: stamp.facts.resolution };
    },
  },
  // The plain case: the event is about the entity, and its data are the message's.
  'com.throughline.warehouse.returnReceived.v1': {
    lifecycle: 'order',
    key: bySubject,
    message: 'returnReceived',
    data: ({ data }) => data,
  },
};
