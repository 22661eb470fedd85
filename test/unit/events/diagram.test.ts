import { expect, it } from 'vitest';
import { stateDiagram } from '../../../events/diagram.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import { defineLifecycle, hours, type StateDefinition } from '../../../workflows/lifecycle/definition.js';

it('draws states, edges, deadlines and what is waited for', () => {
  const ticket = defineLifecycle({
    name: 'ticket',
    version: 1,
    initial: 'Open',
    states: {
      Open: {
        means: 'm',
        to: ['Done'],
        deadline: hours(36),
        onDeadline: 'Done',
        waitsFor: 'an agent',
        owner: 'support',
      },
      Done: { means: 'm', to: [], terminal: true, owner: 'nobody' },
    },
    messages: {},
  });
  expect(stateDiagram(ticket)).toBe(
    [
      'stateDiagram-v2',
      '  [*] --> Open',
      '  Open --> Done: after 1.5 days',
      '  Done --> [*]',
      '  note right of Open: an agent (support)',
      '',
    ].join('\n'),
  );
});

it('draws every edge of the claim once', () => {
  const edges = stateDiagram(claimLifecycle)
    .split('\n')
    .filter((line) => / --> \w/.test(line));
  const expected = Object.values<StateDefinition>(claimLifecycle.states).reduce(
    (n, { to, reopens }) => n + to.length + (reopens ? 1 : 0),
    1,
  );
  expect(edges).toHaveLength(expected);
  expect(new Set(edges).size).toBe(expected);
});
