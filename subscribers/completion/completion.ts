/**
 * The end of a chain: a subscriber that waits until each of its steps has told that it is done, in whatever order, and then tells the whole
 * story in one event. Which steps a chain has is settled when it begins: one that is added later is awaited by the chains that follow.
 */
import { z } from 'zod';
import { EventRefused } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { completedType, stamp, stepCompleted, type ChainCompleted } from '../../events/follow-up.js';
import type { Chain } from '../platform/chain.js';
import { firstStamp, stamped } from '../platform/stamps.js';
import type { Queries } from '../platform/step.js';
import type { Told } from '../platform/store.js';
import type { Definition } from '../platform/subscriber.js';

const TABLES = `
  CREATE TABLE IF NOT EXISTS chain (
    id           text COLLATE "C" PRIMARY KEY,
    entity       text COLLATE "C" NOT NULL,
    steps        text[] NOT NULL,
    stamp        jsonb NOT NULL,
    began_at     timestamptz NOT NULL,
    completed_at timestamptz
  );
  CREATE INDEX IF NOT EXISTS chain_entity ON chain (entity, id);
  CREATE INDEX IF NOT EXISTS chain_open ON chain (began_at) WHERE completed_at IS NULL;
  CREATE TABLE IF NOT EXISTS step (
    chain   text NOT NULL,
    name    text NOT NULL,
    done    jsonb NOT NULL,
    done_at timestamptz NOT NULL,
    PRIMARY KEY (chain, name)
  )`;

const chainRow = z.object({ steps: z.array(z.string()), stamp });
const stepRows = z.array(z.object({ name: z.string(), done: z.record(z.string(), z.unknown()) }));

/** @param name of the subscriber; a chain has one */
export function completion(chain: Chain, name: string): Definition {
  const steps = chain.steps.map((step) => step.name).sort();
  return {
    name,
    from: 'beginning',
    types: [chain.begins, ...steps.map((step) => completedType(chain.begins, step))],
    tables: TABLES,
    async handle(event, queries) {
      const id = event.type === chain.begins ? await begin(event, steps, queries) : await note(event, queries);
      return complete(id, chain, queries);
    },
  };
}

async function begin(event: BrokerEvent, steps: readonly string[], queries: Queries): Promise<string> {
  await queries.query('INSERT INTO chain (id, entity, steps, stamp, began_at) VALUES ($1, $2, $3, $4, $5)', [
    event.id,
    event.subject,
    steps,
    JSON.stringify(firstStamp(event)),
    event.time,
  ]);
  return event.id;
}

async function note(event: BrokerEvent, queries: Queries): Promise<string> {
  const read = stepCompleted.safeParse(event.data);
  if (!read.success) throw new EventRefused(`event ${event.id} does not say which step of which chain is done`);
  const { chain, step, done } = read.data;
  await queries.query('INSERT INTO step (chain, name, done, done_at) VALUES ($1, $2, $3, $4)', [
    chain,
    step,
    JSON.stringify(done),
    event.time,
  ]);
  return chain;
}

/** The event that ends the chain, where this was the last that it waited for. */
async function complete(id: string, { ends }: Chain, queries: Queries): Promise<Told[]> {
  // The row's lock: of two events that are handled at once, the second sees what the first has noted.
  const [open] = await queries.query(
    'SELECT steps, stamp FROM chain WHERE id = $1 AND completed_at IS NULL FOR UPDATE',
    [id],
  );
  if (!open) return [];
  const { steps, stamp: first } = chainRow.parse(open);
  const done = stepRows.parse(
    await queries.query('SELECT name, done FROM step WHERE chain = $1 AND name = ANY ($2) ORDER BY done_at, name', [
      id,
      steps,
    ]),
  );
  if (done.length < steps.length) return [];
  await queries.query('UPDATE chain SET completed_at = now() WHERE id = $1', [id]);
  const story = done.reduce((sofar, step) => stamped(sofar, step.name, step.done), first);
  const data: ChainCompleted = { schemaVersion: 1, chain: id, steps, stamp: story };
  return [{ id: `completion/${id}`, type: ends, data }];
}
