/** What people are told beforehand of second persons is what the lifecycles then ask for. */
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../events/catalogue.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import { claimSpec } from '../../../workflows/claim/workflow.js';
import { onboardingSpec } from '../../../workflows/onboarding/workflow.js';
import { orderSpec } from '../../../workflows/order/workflow.js';
import { ticketSpec } from '../../../workflows/ticket/workflow.js';

type Rule = (entity: never, message: string, data: unknown, by: Actor) => boolean;
const RULES: Readonly<Record<string, Rule | undefined>> = {
  claim: claimSpec.needsSecondPerson,
  onboarding: onboardingSpec.needsSecondPerson,
  order: orderSpec.needsSecondPerson,
  ticket: ticketSpec.needsSecondPerson,
};
const BY: Actor = { kind: 'staff', id: 'sam', authenticated: 'token' };

/** Whether the rule has to look at the decision, or asks for a second person without looking. */
function considers(rule: Rule, message: string): boolean {
  let looked = false;
  const seen: unknown = new Proxy(
    {},
    {
      get: () => {
        looked = true;
        return seen;
      },
    },
  );
  return rule(seen as never, message, seen, BY) || looked;
}

describe.each(CATALOGUE)('$table.name', ({ table, secondPerson = {} }) => {
  const rule = RULES[table.name];
  const decisions = Object.values(table.states).flatMap(({ review }) => review?.decidedBy ?? []);

  it('names the decisions that may need one, and no other', () => {
    const may = [...new Set(decisions)].filter((message) => rule && considers(rule, message));
    expect(Object.keys(secondPerson).sort()).toEqual(may.sort());
    expect(may.length).toBeLessThanOrEqual(decisions.length);
  });
});
