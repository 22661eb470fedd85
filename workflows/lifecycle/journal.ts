/**
 * The workflow's side of the journal: the entity's state, and the entries that no activity has confirmed yet.
 *
 * An entry is written by the next activity that succeeds with it; until then it rides along with every activity that the flow
 * schedules (see `kernel.ts`). Nothing here touches a database: the input of an activity is in Temporal's history before the
 * activity runs, so the journal can never say what history does not.
 */
import { fold, UNBORN, type EntityRef, type EntityState, type Entry, type RideAlong } from './entry.js';

/** An entry before the journal numbers it. */
export type EntryDraft = Omit<Entry, 'sequence' | 'recordedAt'>;

export class Journal {
  state: EntityState;
  /** Entries that no carrier has confirmed, ascending. */
  private unconfirmed: Entry[] = [];
  /** Last sequence that some carrier holds, confirmed or still under way. */
  private carried: number;

  /** @param before what an earlier run of the entity has written, for a run that goes on with it. */
  constructor(
    private readonly entity: EntityRef,
    before: EntityState = UNBORN,
  ) {
    this.state = before;
    this.carried = before.sequence;
  }

  /** Appends an entry and folds it into the state. */
  append(draft: EntryDraft): Entry {
    const entry: Entry = {
      sequence: this.state.sequence + 1,
      recordedAt: new Date(Date.now()).toISOString(),
      ...draft,
    };
    this.state = fold(this.state, entry);
    this.unconfirmed.push(entry);
    return entry;
  }

  /** Something is to be written that no activity carries at the moment. */
  get waiting(): boolean {
    return this.unconfirmed.length > 0 && this.state.sequence > this.carried;
  }

  /** Something is to be written, carried or not. */
  get pending(): boolean {
    return this.unconfirmed.length > 0;
  }

  /** Size of all that is pending, in characters of JSON. */
  get weight(): number {
    return this.unconfirmed.reduce((sum, entry) => sum + weigh(entry), 0);
  }

  /**
   * What the next activity takes along; undefined when all is confirmed.
   * @param most characters of JSON; the first entry is taken whatever its size, the rest waits for the next carrier.
   */
  load(most = Infinity): RideAlong | undefined {
    let weight = 0;
    const entries = this.unconfirmed.filter((entry, i) => (weight += weigh(entry)) <= most || i === 0);
    const last = entries.at(-1);
    if (!last) return undefined;
    this.carried = last.sequence;
    return { entity: this.entity, entries };
  }

  /** A carrier succeeded: what it held is written. */
  confirm(carrier: RideAlong): void {
    const last = carrier.entries.at(-1)?.sequence ?? 0;
    this.unconfirmed = this.unconfirmed.filter((entry) => entry.sequence > last);
  }

  /** A carrier failed, timed out or was cancelled: what it held may not be written and rides on with the next one. */
  unload(): void {
    this.carried = (this.unconfirmed[0]?.sequence ?? this.state.sequence + 1) - 1;
  }
}

const weigh = (entry: Entry): number => JSON.stringify(entry).length;
