/** What becomes of messages where the table says what should: in any lifecycle. */
import type { Lifecycle } from '../../../workflows/lifecycle/definition.js';
import type { Entry } from '../../../workflows/lifecycle/entry.js';
import { ruling, type Ruling } from '../../edges/universe.js';
import type { RehearsedEntity } from '../../support/rehearsal.js';

/** Under which id a message is sent to see what becomes of it. */
export const probe = (name: string): string => `probe-${name}`;

/** What the rules say of every message that is not applied in a state. */
export function unawaitedIn<Name extends string>({ states, messages }: Lifecycle, state: string): [Name, Ruling][] {
  return Object.entries(messages).flatMap(([name, rule]): [Name, Ruling][] => {
    const expected = ruling(rule, state);
    return expected === 'applied' || states[state]?.reopens?.by.includes(name) ? [] : [[name as Name, expected]];
  });
}

/** What the journal has become of probes; one that is ignored is not in it. */
export function outcomesIn<Name extends string>(journal: readonly Entry[], names: readonly Name[]): [Name, string][] {
  return names.map((name) => {
    const entry = journal.find(({ message }) => message?.messageId === probe(name));
    const opened = Object.values(entry?.patch?.reviews ?? {}).some((change) => !('resolved' in change));
    const outcome = entry?.message?.outcome ?? 'ignored';
    return [name, outcome === 'late' && opened ? 'late, with a task' : outcome];
  });
}

/** Sends each message that something is expected of, with its data. @returns what becomes of each */
export async function becomeOf<Name extends string>(
  entity: RehearsedEntity,
  { messages }: Lifecycle,
  data: Readonly<Record<Name, unknown>>,
  expected: readonly (readonly [Name, Ruling])[],
): Promise<[Name, string][]> {
  for (const [name, ruled] of expected) {
    if (messages[name]?.kind === 'signal') await entity.tell(name, data[name], { messageId: probe(name) });
    else if (ruled === 'applied') await entity.ask(name, data[name], 'reviewer-3', probe(name));
    else await entity.askAtOnce(name, data[name], 'reviewer-3', probe(name));
  }
  await entity.settled();
  return outcomesIn(
    await entity.journal(),
    expected.map(([name]) => name),
  );
}
