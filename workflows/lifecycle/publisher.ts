/** What the Temporal web UI shows of an entity: search attributes in the list, a readable summary in the run's details. */
import { patched, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { attachedTo } from './catastrophe.js';
import type { Lifecycle } from './definition.js';
import type { Clock, EntityState, Money } from './entry.js';
import { searchAttributes } from './search-attributes.js';

/** Values by attribute; null: not set. */
export interface Published {
  readonly state: string | null;
  readonly since: string | null;
  readonly deadline: string | null;
  readonly attention: string | null;
}

export class Publisher {
  /** What the attributes say; they outlive the run. */
  published: Published;
  /** Sequence of the entry that the details speak of. */
  private detailed = 0;

  /** @param before what an earlier run of the entity has published. */
  constructor(
    private readonly lifecycle: Lifecycle,
    before: unknown,
  ) {
    this.published = (before as Published | undefined) ?? { state: null, since: null, deadline: null, attention: null };
  }

  /** Where the entity waits: both views say so. */
  publish(state: EntityState): void {
    this.attributes(state);
    this.details(state);
  }

  /**
   * Where a service is being called: a state that mostly lasts for milliseconds is worth a line in the details, which are free,
   * and not an upsert, which costs an event, an action and a write to the visibility store. Ends and reviews are always
   * published. See docs/decisions/0011.
   */
  publishInPassing(state: EntityState): void {
    const { terminal, review } = this.lifecycle.states[state.state] ?? {};
    if (terminal || review) this.attributes(state);
    this.details(state);
  }

  /** Upserts the attributes that changed since the last time. What no longer holds is unset. */
  private attributes(entity: EntityState): void {
    const { state, since, clocks, attention } = entity;
    const before = this.published;
    const now = { state, since, deadline: nextDeadline(clocks)?.dueAt ?? null, attention: attention ?? null };
    this.published = now;
    const pairs: SearchAttributeUpdatePair[] = [];
    if (now.state !== before.state) pairs.push({ key: searchAttributes.state, value: now.state });
    if (now.since !== before.since) pairs.push({ key: searchAttributes.since, value: new Date(now.since) });
    if (now.deadline !== before.deadline) {
      pairs.push({ key: searchAttributes.deadline, value: now.deadline === null ? null : new Date(now.deadline) });
    }
    if (now.attention !== before.attention) pairs.push({ key: searchAttributes.attention, value: now.attention });
    const catastrophe = unlabelled(entity);
    if (catastrophe !== undefined) pairs.push({ key: searchAttributes.catastrophe, value: catastrophe });
    if (pairs.length > 0) upsertSearchAttributes(pairs);
  }

  /** Sets the current details of the run (Markdown); costs no event. */
  private details(state: EntityState): void {
    if (state.sequence === this.detailed) return;
    this.detailed = state.sequence;
    const definition = this.lifecycle.states[state.state];
    const clock = nextDeadline(state.clocks);
    const lines = [`**${state.state}** since ${state.since}. ${definition?.means ?? ''}`];
    if (state.outcome !== undefined) lines.push(`Outcome: **${state.outcome}**.`);
    if (state.reason && (state.reason.visibility ?? 'general') === 'general')
      lines.push(`Because of: ${state.reason.code}.`);
    if (definition?.waitsFor) lines.push(`Waits for ${definition.waitsFor} (${definition.owner}).`);
    if (clock) lines.push(`Until ${clock.dueAt}, then ${clock.leadsTo}.`);
    for (const [guard, { reason, since: from }] of Object.entries(state.deferrals)) {
      lines.push(`Not now: ${guard} (${reason}), since ${from}.`);
    }
    const parts = Object.entries(state.parts).map(
      ([name, part]) =>
        `| ${name} | ${part.state} | ${part.amount ? inWords(part.amount) : ''} | ${part.reason ?? ''} |`,
    );
    if (parts.length > 0)
      lines.push(['| part | state | amount | reason |', '| --- | --- | --- | --- |', ...parts].join('\n'));
    setCurrentDetails(lines.join('\n\n'));
  }
}

/**
 * The catastrophe that an entity was attached to, where its label does not say so yet: its start could not, and later runs inherit the
 * label. Runs that were attached before this was published learn of it with their next step.
 */
function unlabelled(entity: EntityState): string | undefined {
  const name = attachedTo(entity);
  if (name === undefined || workflowInfo().typedSearchAttributes.get(searchAttributes.catastrophe) === name)
    return undefined;
  return patched('catastrophe-attached') ? name : undefined;
}

/** The clock that will strike first. */
function nextDeadline(clocks: EntityState['clocks']): Clock | undefined {
  let first: Clock | undefined;
  for (const clock of Object.values(clocks)) {
    const runs = clock.pausedAt === undefined && clock.breachedAt === undefined;
    if (runs && (!first || clock.dueAt < first.dueAt)) first = clock;
  }
  return first;
}

const inWords = ({ minor, currency }: Money): string => `${(minor / 100).toFixed(2)} ${currency}`;
