/**
 * Decides what a carrier's entries are to the journal: new, known, or in contradiction. Pure; the writer acts on the verdict.
 *
 * What the journal has said stays. Where a run contradicts it (after a reset, or under a changed kernel), journal and history
 * have parted, and nothing that follows from the other history may be appended: it is kept as evidence in findings until a
 * person or the reconciliation decides. The entity itself goes on; its attention says so.
 */
import { fold, UNBORN, type EntityRef, type EntityState, type Entry } from '../workflows/lifecycle/entry.js';
import { ForeignRun, JournalGap } from './errors.js';
import { contentHash, contentHashAs, type Versions } from './hash.js';

/** Attention of an entity whose journal and history have parted. While it is set, the journal takes no new entries. */
export const JOURNAL_CONFLICT = 'journal-conflict';

/** An entry with the digest of what it says. */
export interface HashedEntry {
  readonly entry: Entry;
  readonly contentHash: Buffer;
}

/** What is on record for an entity. */
export interface Recorded {
  readonly stage: number;
  readonly firstRunId: string;
  readonly state: EntityState;
  /** Journal entries with the carrier's sequences, as far as there are any. Hashes in hex. */
  readonly known: ReadonlyArray<
    { readonly sequence: number; readonly contentHash: string; readonly runId: string } & Versions
  >;
}

/** An entry that the journal does not take, with both sides' evidence. */
export interface Conflict {
  readonly sequence: number;
  /** `contradicts`: another content is on record. `follows-conflict`: it rests on one that does. `impossible`: it leaves a state that the entity is not in. */
  readonly problem: 'contradicts' | 'follows-conflict' | 'impossible';
  /** The entry on record under this sequence, if there is one. */
  readonly recorded: Recorded['known'][number] | null;
  readonly given: HashedEntry;
}

export type Admission =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'append'; readonly entries: readonly HashedEntry[]; readonly state: EntityState }
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[] };

/** Hashes a carrier's entries. */
export function hashed(entity: EntityRef, entries: readonly Entry[]): HashedEntry[] {
  return entries.map((entry) => ({ entry, contentHash: contentHash(entity, entry) }));
}

/**
 * The verdict on a carrier.
 * @param recorded undefined where the entity is not on record.
 * @throws JournalGap where a new entry is not the next one.
 * @throws ForeignRun where another life of the key is on record.
 */
export function admit(recorded: Recorded | undefined, entity: EntityRef, entries: readonly HashedEntry[]): Admission {
  const last = recorded?.state.sequence ?? 0;
  const known = new Map(recorded?.known.map((entry) => [entry.sequence, entry]));
  const contradicting = entries.filter(({ entry }) => {
    const before = known.get(entry.sequence);
    return before !== undefined && before.contentHash !== contentHashAs(before, entity, entry).toString('hex');
  });
  const fresh = entries.filter(({ entry }) => entry.sequence > last);

  refuseForeign(recorded, entity, contradicting.length === 0 && fresh.length === 0);
  refuseGaps(entity, entries);
  const reopens = recorded !== undefined && entity.stage === recorded.stage + 1;
  // A new life starts from the whole journal; one that starts before its end was started from an old reading.
  if (reopens) refuseGap(entity, last + 1, entries[0]);

  if (contradicting.length > 0 || recorded?.state.attention === JOURNAL_CONFLICT) {
    const conflicts = [
      ...contradicting.map((given) => conflict(given, 'contradicts', known.get(given.entry.sequence))),
      ...fresh.map((given) => conflict(given, 'follows-conflict')),
    ];
    return conflicts.length === 0 ? { kind: 'nothing' } : { kind: 'conflict', conflicts };
  }
  if (fresh.length === 0) return { kind: 'nothing' };
  refuseGap(entity, last + 1, fresh[0]);
  return append(recorded, fresh);
}

function append(recorded: Recorded | undefined, fresh: readonly HashedEntry[]): Admission {
  let state = recorded?.state ?? UNBORN;
  for (const [position, { entry }] of fresh.entries()) {
    try {
      state = fold(state, entry);
    } catch (error) {
      // Without a row there is nothing that could be marked: the carrier as a whole is malformed.
      if (!(error instanceof RangeError) || recorded === undefined) throw error;
      const conflicts = fresh
        .slice(position)
        .map((given, after) => conflict(given, after === 0 ? 'impossible' : 'follows-conflict'));
      return { kind: 'conflict', conflicts };
    }
  }
  return { kind: 'append', entries: fresh, state };
}

function conflict(given: HashedEntry, problem: Conflict['problem'], recorded?: Recorded['known'][number]): Conflict {
  return { sequence: given.entry.sequence, problem, recorded: recorded ?? null, given };
}

/** An earlier life may only repeat what it already said; the next life may begin; any other life is foreign. */
function refuseForeign(recorded: Recorded | undefined, entity: EntityRef, onlyRepeats: boolean): void {
  if (recorded === undefined) return;
  const sameLife = entity.stage === recorded.stage && entity.firstRunId === recorded.firstRunId;
  const nextLife = entity.stage === recorded.stage + 1;
  const earlierLife = entity.stage < recorded.stage && onlyRepeats;
  if (!sameLife && !nextLife && !earlierLife) throw new ForeignRun(nameOf(entity), recorded, entity);
}

function refuseGaps(entity: EntityRef, entries: readonly HashedEntry[]): void {
  const first = entries[0]?.entry.sequence ?? 0;
  for (const [position, given] of entries.entries()) refuseGap(entity, first + position, given);
}

function refuseGap(entity: EntityRef, expected: number, given: HashedEntry | undefined): void {
  if (given !== undefined && given.entry.sequence !== expected) {
    throw new JournalGap(nameOf(entity), expected, given.entry.sequence);
  }
}

function nameOf(entity: EntityRef): string {
  return `${entity.lifecycle}/${entity.id}`;
}
