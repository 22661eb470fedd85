/** A lifecycle's page says all that its table says. */
import { describe, expect, it } from 'vitest';
import { partDiagram, stateDiagram } from '../../../events/diagram.js';
import { lifecyclePage } from '../../../events/lifecycle-page.js';
import { span } from '../../../events/span.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import { days, defineLifecycle, hours, minutes, type Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { KERNEL_MESSAGES } from '../../../workflows/lifecycle/kernel-messages.js';

const loan: Lifecycle = defineLifecycle({
  name: 'loan',
  version: 4,
  initial: 'Noted',
  states: {
    Noted: { means: 'On paper.', to: ['Asked'], deadline: hours(1), onDeadline: 'Asked', owner: 'the bank' },
    Asked: {
      means: 'Somebody asks.',
      to: ['Granted', 'Closed'],
      deadline: hours(36),
      onDeadline: 'Closed',
      onFailure: 'Closed',
      waitsFor: 'an answer',
      owner: 'the bank',
      review: {
        queue: 'credit',
        priority: 2,
        decidedBy: ['decide'],
        escalation: [{ after: days(1), queue: 'head-office', priority: 1 }],
      },
    },
    Granted: { means: 'It runs.', to: ['Closed'], deadline: { unbounded: 'it runs for years' }, owner: 'the customer' },
    Old: {
      means: 'Of old.',
      to: ['Closed'],
      deadline: days(1),
      onDeadline: 'Closed',
      owner: 'nobody',
      deprecated: true,
    },
    Closed: {
      means: 'Over.',
      to: [],
      terminal: true,
      owner: 'nobody',
      reopens: { by: ['appeal'], within: days(30), to: 'Asked' },
    },
  },
  clocks: {
    cooling: {
      means: 'The customer may think again.',
      starts: { fact: 'contract.signedAt' },
      within: { days: 14, count: 'calendar', calendar: 'us-federal', roll: true },
      spans: ['Granted'],
      pausedIn: ['Asked'],
      stops: { fact: 'confirmed' },
      onBreach: 'Closed',
    },
  },
  expectations: { score: { what: 'the score', from: 'the bureau', within: days(3), reminders: [days(2), hours(1)] } },
  holds: { court: { means: 'A court forbids it.', blocks: ['Granted'], by: ['staff'] } },
  lateReview: { queue: 'late', priority: 4, within: days(5) },
  parts: { tranche: { Open: ['Paid'], Paid: [] } },
  messages: {
    decide: { kind: 'update', means: 'Decides.', in: ['Asked'], late: 'reject', needsActor: true },
    paper: { kind: 'signal', means: 'A paper | a scan.', in: ['Granted'], early: ['Asked'], late: 'task' },
    appeal: { kind: 'update', means: 'Again.', in: ['Asked'], late: 'record' },
  },
});

/** The cells of the table rows of a page that begin with a name. */
function rows(page: string, name: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`| \`${name}\` |`))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the page of a lifecycle', () => {
  const page = lifecyclePage(loan, '# Loans\n\nWhy they are.\n');

  it('begins with what a person wrote', () => {
    expect(page).toMatch(/^<!-- Generated [^\n]+ -->\n\n# Loans\n\nWhy they are\.\n\n## States\n/);
  });

  it('has each state with its deadline, exits and end', () => {
    expect(rows(page, 'Asked')[0]).toEqual([
      'Somebody asks.',
      'an answer',
      'the bank',
      '1.5 days, then `Closed`',
      '`Granted`, `Closed`',
    ]);
    expect(rows(page, 'Granted')[0]).toContain('no deadline: it runs for years');
    expect(rows(page, 'Old')[0]).toContain('`Closed`');
    expect(rows(page, 'Closed')[0]).toContain('the end; for 30 days `appeal` reopens it in `Asked`');
    expect(page).toContain('A service that keeps failing leads to `Closed` from `Asked`.');
  });

  it('has clocks, expectations, holds and parts', () => {
    expect(rows(page, 'cooling')[0]).toEqual([
      'The customer may think again.',
      'with the fact `contract.signedAt`; ends with the fact `confirmed`',
      '14 calendar days (us-federal, rolled to the next working day)',
      '`Granted`',
      '`Asked`',
      '`Closed`',
    ]);
    expect(rows(page, 'score')[0]).toEqual(['the score', 'the bureau', '3 days', '2 days before, 1 hour before']);
    expect(rows(page, 'court')[0]).toEqual(['A court forbids it.', '`Granted`', 'staff']);
    expect(page).toContain(`### tranche\n\n\`\`\`mermaid\n${partDiagram({ Open: ['Paid'], Paid: [] })}\`\`\``);
  });

  it('has what becomes of each message in each state', () => {
    expect(rows(page, 'paper')[0]).toEqual(['signal', 'A paper \\| a scan.']);
    expect(rows(page, 'decide')[0]?.[1]).toBe('Decides. A decision: it must say who takes it.');
    expect(rows(page, 'Asked')[1]).toEqual(['**applied**', 'held', '**applied**']);
    expect(rows(page, 'Granted')[1]).toEqual(['rejected', '**applied**', 'recorded']);
    expect(rows(page, 'Closed')[1]).toEqual(['rejected', 'task', 'reopens, within 30 days']);
  });

  it('has review tasks with who decides and how they escalate, late evidence among them', () => {
    expect(page).toContain(
      'It is decided by `decide`: once somebody has taken it, by nobody else. Queue `credit`, priority 2.',
    );
    expect(page).toContain('| 1 | 1 day | `head-office` | 1 |');
    expect(page).toContain(
      '### Late evidence\n\nA message that comes too late and may matter opens a task. Queue `late`',
    );
  });

  it('has every message of the kernel', () => {
    for (const name of Object.keys(KERNEL_MESSAGES)) expect(rows(page, name), name).toHaveLength(1);
  });

  it('says nothing of what the table does not have', () => {
    const { clocks: _, holds: __, expectations: ___, parts: ____, ...bare } = loan;
    const titles = [...lifecyclePage(bare, '# Loans').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['States', 'Clocks', 'Messages', 'Review and escalation', 'Messages of every lifecycle']);
  });
});

describe('the diagram', () => {
  it('draws states, edges, deadlines, clocks, reopenings and what is waited for, and nothing of deprecated states', () => {
    expect(stateDiagram(loan)).toBe(
      [
        'stateDiagram-v2',
        '  [*] --> Noted',
        '  Noted --> Asked: after 1 hour',
        '  Asked --> Granted',
        '  Asked --> Closed: after 1.5 days',
        '  Granted --> Closed: clock cooling',
        '  Closed --> [*]',
        '  Closed --> Asked: appeal',
        '  note right of Asked: an answer (the bank)',
        '',
      ].join('\n'),
    );
  });

  it('draws every edge of the claim once', () => {
    const edges = stateDiagram(claimLifecycle)
      .split('\n')
      .filter((line) => / --> \w/.test(line));
    const all = Object.values<Lifecycle['states'][string]>(claimLifecycle.states);
    const expected = all.reduce((n, { to, reopens }) => n + to.length + (reopens ? 1 : 0), 1);
    expect(edges).toHaveLength(expected);
    expect(new Set(edges).size).toBe(expected);
  });

  it('draws a part from its first state to its ends', () => {
    expect(partDiagram({ New: ['Sent', 'Lost'], Sent: [], Lost: ['Sent'] })).toBe(
      'stateDiagram-v2\n  [*] --> New\n  New --> Sent\n  New --> Lost\n  Sent --> [*]\n  Lost --> Sent\n',
    );
  });
});

it.each([
  [days(1), '1 day'],
  [hours(36), '1.5 days'],
  [hours(5), '5 hours'],
  [minutes(30), '30 minutes'],
  [minutes(0.5), '0.5 minutes'],
  [{ days: 1, count: 'working', calendar: 'us-federal' } as const, '1 working day (us-federal)'],
])('%o is said as %s', (duration, words) => {
  expect(span(duration)).toBe(words);
});
