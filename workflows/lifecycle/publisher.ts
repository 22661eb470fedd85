/** What the Temporal web UI shows of an entity: search attributes in the list, a readable summary in the run's details. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import type { Lifecycle } from './definition.js';
import type { EntityState, Money } from './entry.js';
import { searchAttributes } from './search-attributes.js';

export class Publisher {
  private published = '';

  constructor(private readonly lifecycle: Lifecycle) {}

  /** Upserts the attributes if they changed since the last time: at most one upsert per flush. */
  attributes(state: EntityState): void {
    const deadline = state.clocks['state']?.dueAt;
    const fingerprint = [state.state, state.since, deadline, state.attention].join('|');
    if (fingerprint === this.published) return;
    this.published = fingerprint;
    // What no longer holds is taken away: a list of what needs attention must not show what is settled.
    const pairs: SearchAttributeUpdatePair[] = [
      { key: searchAttributes.state, value: state.state },
      { key: searchAttributes.since, value: new Date(state.since) },
      { key: searchAttributes.deadline, value: deadline === undefined ? null : new Date(deadline) },
      { key: searchAttributes.attention, value: state.attention ?? null },
    ];
    upsertSearchAttributes(pairs);
  }

  /** Sets the current details of the run (Markdown); costs no event. */
  details(state: EntityState): void {
    const definition = this.lifecycle.states[state.state];
    const clock = state.clocks['state'];
    const lines = [`**${state.state}** since ${state.since}. ${definition?.means ?? ''}`];
    if (state.outcome !== undefined) lines.push(`Outcome: **${state.outcome}**.`);
    if (state.reason) lines.push(`Because of: ${state.reason.code}.`);
    if (definition?.waitsFor) lines.push(`Waits for ${definition.waitsFor} (${definition.owner}).`);
    if (clock) lines.push(`Until ${clock.dueAt}, then ${clock.leadsTo}.`);
    const parts = Object.entries(state.parts).map(
      ([name, part]) =>
        `| ${name} | ${part.state} | ${part.amount ? inWords(part.amount) : ''} | ${part.reason ?? ''} |`,
    );
    if (parts.length > 0)
      lines.push(['| part | state | amount | reason |', '| --- | --- | --- | --- |', ...parts].join('\n'));
    setCurrentDetails(lines.join('\n\n'));
  }
}

const inWords = ({ minor, currency }: Money): string => `${(minor / 100).toFixed(2)} ${currency}`;
