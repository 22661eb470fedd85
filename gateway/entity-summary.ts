/** One entity in a list, cut to what the asker may see. */
import { z } from 'zod';
import type { AmountsView, EntitySummary } from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { Asker } from './asker.js';
import { cutRecord } from './explain-audience.js';

/** The account that a lifecycle may keep in the fact `amounts`, in minor units: with a fraction it is none, in sums as here. */
const amountsView = z.object({
  currency: z.string(),
  reserved: z.int(),
  approved: z.int(),
  paid: z.int(),
  open: z.int(),
}) satisfies z.ZodType<AmountsView>;

/** What an entity comes to; undefined where its lifecycle keeps no account. */
export function amountsOf({ facts }: Pick<EntityRecord, 'facts'>): AmountsView | undefined {
  const parsed = amountsView.safeParse(facts['amounts']);
  return parsed.success ? parsed.data : undefined;
}

/** What a list tells of an entity, cut to what the asker may see. */
export function summary(whole: EntityRecord, asker: Asker): EntitySummary {
  const record = cutRecord(asker.audienceOf(whole.lifecycle), whole);
  const { lifecycle, id, state, since, waitsFor, owner, next, deadline, closed, outcome, reason, attention } = record;
  const { parts, facts, clocks, stage } = record;
  const amounts = amountsOf(record);
  return {
    ...{ lifecycle, id, state, since, next, deadline, closed, parts, facts, clocks, stage },
    ...(amounts && { amounts }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(owner === undefined ? {} : { owner }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(reason && { reason: reason.code }),
    ...(attention === undefined ? {} : { attention }),
    ...lateness(record),
    ...heldBy(record),
  };
}

/** As the records' filter of late ones has it. What a deadline has brought to a person is late since it entered its state. */
function lateness({ closed, attention, since, deadline }: EntityRecord): Pick<EntitySummary, 'late' | 'lateSince'> {
  if (closed) return {};
  if (attention?.endsWith('Elapsed')) return { late: true, lateSince: since };
  return deadline && Date.parse(deadline.at) < Date.now() ? { late: true, lateSince: deadline.at } : {};
}

function heldBy({ reviews }: EntityRecord): Pick<EntitySummary, 'review'> {
  const open = Object.entries(reviews);
  const [taskId, task] = open.find(([, { ofState }]) => ofState) ?? open[0] ?? [];
  if (taskId === undefined || !task) return {};
  const { queue, assignee } = task;
  return { review: { taskId, queue, ...(assignee !== undefined && { assignee }) } };
}
