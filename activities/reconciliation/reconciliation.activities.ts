import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Kysely } from 'kysely';
import {
  endUnseen,
  healingAfter,
  howTheyStand,
  markHealed,
  markTold,
  raiseFound,
  recordsTime,
  type Raised,
  type Told,
} from '../../records/reconciliation.js';
import type { Database } from '../../records/schema.js';
import type { Envelope, Instant } from '../../workflows/lifecycle/entry.js';
import { NOTHING, together, type Counts, type Pair } from '../../workflows/reconciliation/pairs.js';
import type { ServiceClient } from '../http.js';
import type { Position, ReconciliationActivities, RunRef, Stretch, StretchInput } from './contract.js';
import { RunsWalk } from './runs-walk.js';
import { SERVICE_PAIRS } from './service-pairs.js';
import { graceOf, type ReconciliationSettings } from './settings.js';
import { compareOne, ServiceWalk, type Candidate, type Walk } from './walk.js';

/** How long a stretch goes on, in milliseconds; a batch more at most. */
const STRETCH_MS = 20_000;
/** Findings of a page, and the most that are looked at again in a run; those beyond are looked at by the next. */
const HEALING_PAGE = 100;
const MOST_LOOKED_AT = 1_000;

/** Entities that are looked at once more at the same time. */
const AT_ONCE = 3;

/** What a heartbeat keeps of a stretch. */
interface Beat {
  readonly counts: Counts;
  readonly from: Position;
}

/** {@link ReconciliationActivities} over records, services and Temporal. */
export class ReconciliationActivitiesProvider implements ReconciliationActivities {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly services: ServiceClient,
    private readonly settings: ReconciliationSettings,
  ) {}

  beginReconciliation(): Promise<Instant> {
    return recordsTime(this.db);
  }

  async compareStretch(input: StretchInput): Promise<Stretch> {
    const context = Context.current();
    const begun = context.info.heartbeatDetails as Beat | undefined;
    const until = Date.now() + STRETCH_MS;
    const walk = this.walk(input.pair, begun?.from ?? input.from);
    let counts = begun?.counts ?? NOTHING;
    let beat: Beat = { counts, from: begun?.from ?? input.from };
    for (;;) {
      const { checked, candidates, position } = await walk.next();
      const seen = await this.settle(input, candidates, () => context.heartbeat(beat));
      counts = together(counts, { ...seen, checked });
      if (position === undefined) return counts;
      beat = { counts, from: position };
      context.heartbeat(beat);
      if (context.cancellationSignal.aborted) await context.cancelled;
      if (Date.now() >= until) return { ...counts, next: position };
    }
  }

  async lookAgain({ pair, startedAt }: RunRef): Promise<number> {
    if (pair === 'records-temporal') return 0;
    let left = 0;
    let after = '0';
    for (let looked = 0; looked < MOST_LOOKED_AT;) {
      const page = await healingAfter(this.db, pair, startedAt, after, HEALING_PAGE);
      const healed: string[] = [];
      for (const { findingId, kind, id, key } of page) {
        const still = await compareOne(this.db, this.services, SERVICE_PAIRS[pair], id);
        if (still.some((each) => each.kind === kind && each.key === key)) left++;
        else healed.push(findingId);
        Context.current().heartbeat();
      }
      await markHealed(this.db, healed);
      looked += page.length;
      after = page.at(-1)?.findingId ?? after;
      if (page.length < HEALING_PAGE) break;
    }
    return left;
  }

  async concludeReconciliation({ pair, startedAt, dryRun }: RunRef & { readonly dryRun: boolean }) {
    if (!dryRun) await endUnseen(this.db, pair, startedAt);
    return howTheyStand(this.db, pair, startedAt);
  }

  private walk(pair: Pair, from: Position): Walk {
    return pair === 'records-temporal'
      ? new RunsWalk(this.db, Context.current().client, from)
      : new ServiceWalk(this.db, this.services, SERVICE_PAIRS[pair], from);
  }

  /** Puts on record what has disagreed for long enough, and tells the entities that missed a message. */
  private async settle(
    { pair, dryRun, graceMs = this.settings.graceMs }: StretchInput,
    candidates: readonly Candidate[],
    alive: () => void,
  ): Promise<Omit<Counts, 'checked'>> {
    const isRipe = ({ since, profile }: Candidate) => Date.now() - Date.parse(since) >= graceOf(graceMs, profile);
    const confirmed = await this.confirmed(pair, candidates.filter(isRipe), alive);
    const ripe = new Map(confirmed.filter(isRipe).map((each) => [signatureOf(each), each]));
    const kinds: Record<string, number> = {};
    for (const { kind } of ripe.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (dryRun || ripe.size === 0) return { found: ripe.size, told: 0, kinds };

    const found = [...ripe.values()].map(({ kind, lifecycle, id, key, evidence, since }) => ({
      kind,
      lifecycle,
      id,
      key,
      evidence,
      since,
    }));
    const told: Told[] = [];
    for (const raised of await raiseFound(this.db, pair, found)) {
      const candidate = ripe.get(signatureOf(raised));
      if (!raised.untold || !candidate || !(await tell(candidate, raised))) continue;
      told.push({ findingId: raised.findingId, patienceMs: graceOf(graceMs, candidate.profile) });
    }
    await markTold(this.db, told);
    return { found: ripe.size, told: told.length, kinds };
  }

  /** The pages of the two sides were not read at the same moment: what seems to disagree is looked at once more, by itself. */
  private async confirmed(pair: Pair, candidates: readonly Candidate[], alive: () => void): Promise<Candidate[]> {
    // These were.
    if (pair === 'records-temporal') return [...candidates];
    const signatures = new Set(candidates.map(signatureOf));
    const ids = [...new Set(candidates.map(({ id }) => id))];
    const still: Candidate[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      const seen = await Promise.all(some.map((id) => compareOne(this.db, this.services, SERVICE_PAIRS[pair], id)));
      still.push(...seen.flat().filter((each) => signatures.has(signatureOf(each))));
      alive();
    }
    return still;
  }
}

const signatureOf = ({ kind, lifecycle, id, key }: Pick<Raised, 'kind' | 'lifecycle' | 'id' | 'key'>): string =>
  JSON.stringify([kind, lifecycle, id, key]);

/**
 * Sends an entity the message that it has missed. The inbox takes it once, whatever comes of the first one: a repeat of this one has the
 * same id, and the callback itself, should it come later, finds the question answered.
 * @returns false where there is none to send, or nobody to send it to
 */
async function tell({ missed, lifecycle, id }: Candidate, { findingId, occurrence }: Raised): Promise<boolean> {
  if (!missed) return false;
  const envelope: Envelope = {
    entityId: id,
    messageId: `reconcile/${findingId}${occurrence === 1 ? '' : `/${occurrence}`}`,
    occurredAt: missed.occurredAt,
    source: '/reconciliation',
    actor: { kind: 'system', id: 'reconciliation', authenticated: 'temporal' },
    schemaVersion: 1,
  };
  try {
    const run = Context.current().client.workflow.getHandle(`${lifecycle}/${id}`);
    await run.signal(missed.name, { envelope, data: missed.data });
    return true;
  } catch (err) {
    if (err instanceof WorkflowNotFoundError) return false;
    throw err;
  }
}
