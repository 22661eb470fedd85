/** A journal entry with everything around it, cut to what the asker may see. Pure. */
import type { JournalDetail, PublishedEvent } from '../client/console-views.js';
import { cutValue, type Audience } from '../records/audience.js';
import type { JournalLine } from '../records/reader.js';
import { journalLine } from './explain.js';

/** @param published the events that the entry told */
export function journalDetail(
  { entry, stage, lifecycleVersion, runId, correlationId, writtenAt, hash }: JournalLine,
  published: readonly PublishedEvent[],
  audience: Audience,
): JournalDetail {
  const { message, corrects } = entry;
  // What the patch repeats of a reason that is withheld is found only beside that reason.
  const { patch } = cutValue(audience, { reason: entry.reason, patch: entry.patch });
  return {
    ...journalLine(entry, audience),
    ...{ stage, lifecycleVersion, runId, correlationId, writtenAt, hash, published },
    ...(message && {
      envelope: {
        source: message.source,
        occurredAt: message.occurredAt,
        receivedAt: message.receivedAt,
        schemaVersion: message.schemaVersion,
        digest: message.digest,
        afterDeadline: message.afterDeadline === true,
      },
    }),
    ...(corrects !== undefined && { corrects }),
    ...(patch && { patch }),
  };
}
