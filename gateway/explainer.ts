/** Gathers what an explanation is made from: the record, the end of the journal, and the run's description. */
import { Injectable } from '@nestjs/common';
import { UnknownEntity } from '../client/errors.js';
import type { Explanation } from '../client/views.js';
import type { RecordsReader } from '../records/reader.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import { explain } from './explain.js';
import type { ServedLifecycle } from './lifecycles.js';
import { Records } from './records.js';
import { describeRun } from './run.js';
import { Temporal } from './temporal.js';

/** Entries that an explanation shows. */
const TAIL = 10;

@Injectable()
export class Explainer {
  constructor(
    private readonly records: Records,
    private readonly temporal: Temporal,
  ) {}

  /** @throws UnknownEntity; Problem 503 `RecordsUnavailable` */
  async explain({ table, binding }: ServedLifecycle, id: string): Promise<Explanation> {
    // First the run, then the record: an entity is on record as closed before its run ends, so that the two cannot seem at odds.
    const run = await describeRun(this.temporal.client, binding.workflowId(id));
    const recorded = await this.records.read(async (reader) => {
      const record = await reader.getEntity(table.name, id);
      if (!record) return undefined;
      const tail = (await reader.journalTail(table.name, id, TAIL)).map(({ entry }) => entry);
      const enteredBy = await entryAt(reader, table.name, id, tail, record.enteredBy);
      const causedBy = enteredBy && (await reader.findMessage(table.name, id, enteredBy.causationId))?.entry;
      const definition = (await reader.definition(table.name, record.lifecycleVersion)) ?? table;
      return { record, tail, definition, ...(enteredBy && { enteredBy }), ...(causedBy && { causedBy }) };
    });
    if (!recorded) throw new UnknownEntity(table.name, id);
    return explain({ ...recorded, run, now: new Date() });
  }
}

async function entryAt(
  reader: RecordsReader,
  lifecycle: string,
  id: string,
  tail: readonly Entry[],
  sequence: number,
): Promise<Entry | undefined> {
  const near = tail.find((entry) => entry.sequence === sequence);
  if (near) return near;
  const [line] = await reader.journal(lifecycle, id, { after: sequence - 1, limit: 1 });
  return line?.entry;
}
