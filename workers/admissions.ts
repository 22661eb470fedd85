/** The line of submissions that wait for admission, as it is on record and in Temporal. */
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { ConflictingSubmission } from '../client/errors.js';
import { start, type LookUp, type Startable } from '../client/start.js';
import { settle, takeTurn, withWaiting, type Waiting } from '../records/admissions.js';
import { RecordsReader } from '../records/reader.js';
import type { Database } from '../records/schema.js';
import type { Submission } from '../workflows/lifecycle/message.js';
import type { Line, Outcome } from './admitter.js';
import { ROLES } from './roles.js';

/** The line that gateways put submissions in. */
export function lineOnRecord(db: Kysely<Database>, temporal: Client): Line {
  const reader = new RecordsReader(db);
  const lookUp: LookUp = (lifecycle, id) => reader.submission(lifecycle, id);
  return {
    catastrophes: () => withWaiting(db),
    takeTurn: (catastrophe) => takeTurn(db, catastrophe),
    start: (first) => begin(temporal, lookUp, first),
    settle: (position, outcome) => settle(db, position, outcome),
  };
}

async function begin(temporal: Client, lookUp: LookUp, first: Waiting): Promise<Outcome> {
  const { lifecycle, id, contentHash, catastropheName, catastrophe } = first;
  // Temporal forgets what has ended long ago; the records do not.
  const recorded = await lookUp(lifecycle, id);
  if (recorded?.firstRunId !== undefined) {
    return recorded.contentHash === contentHash ? { runId: recorded.firstRunId } : { refused: 'ConflictingSubmission' };
  }
  try {
    const { firstRunId } = await start(temporal, lookUp, {
      lifecycle: startable(lifecycle),
      id,
      contentHash,
      // The gateway has checked it before it put it in line.
      submission: first.submission as Submission<unknown>,
      catastrophe: catastropheName,
      route: catastrophe,
    });
    return { runId: firstRunId };
  } catch (err) {
    // Its key was used meanwhile, past the gateway, and nothing that is tried again changes that.
    if (err instanceof ConflictingSubmission) return { refused: err.type };
    throw err;
  }
}

/** @throws Error where this build does not know the lifecycle */
function startable(name: string): Startable {
  const role = ROLES.find((candidate) => candidate.lifecycle?.name === name);
  if (!role?.lifecycle) throw new Error(`lifecycle ${name} is unknown to this build: roll out one that knows it`);
  return {
    name,
    taskQueue: role.taskQueue,
    initialState: role.lifecycle.initial,
    workflowId: (id) => `${name}/${id}`,
  };
}
