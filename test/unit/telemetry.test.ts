/** What a process tells of itself, piece by piece: what logs leave out, who may scrape, what is counted. */
import { Writable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { person, PERSONAL_FIELDS } from '../../events/personal.js';
import { METRICS, type Declared } from '../../telemetry/catalogue.js';
import { LEFT_OUT } from '../../telemetry/discretion.js';
import { createLogger, NestLogger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { inScope, note } from '../../telemetry/scope.js';
import { scrapeRefusal } from '../../telemetry/scrape.js';
import { tallies } from '../../workers/tally.js';
import { UNBORN, type EntityRef, type Entry } from '../../workflows/lifecycle/entry.js';

Logger.overrideLogger(false);

function logging() {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: createLogger('test', to), lines };
}

test('a notice that is logged shows no name, address or account, however deep it lies; nor a credential', () => {
  const { log, lines } = logging();
  const claimant = Object.fromEntries([...PERSONAL_FIELDS].map((field) => [field, `private ${field}`]));
  expect(person.safeParse(claimant).success).toBe(true);
  const notice = { claimId: 'CLM-1', policyNumber: 'POL-1', claimant, parties: [{ role: 'owner', ...claimant }] };
  log.info({ notice, ...claimant, name: 'payments', headers: { authorization: 'Bearer private' } }, 'received');
  new NestLogger(log).warn({ submission: { data: notice }, password: 'private' }, 'odd', 'commands');
  new NestLogger(log).error(new Error('plain'), 'commands');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).not.toContain('private');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    name: 'payments',
    email: LEFT_OUT,
    notice: {
      claimId: 'CLM-1',
      policyNumber: 'POL-1',
      claimant: { name: LEFT_OUT },
      parties: [{ role: 'owner', iban: LEFT_OUT }],
    },
    headers: { authorization: LEFT_OUT },
  });
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ err: { message: 'plain' }, context: 'commands' });
});

test('an error says what it is and why, and nothing else that was put on it', () => {
  const { log, lines } = logging();
  const refused = Object.assign(new Error('violates a check'), {
    code: '23514',
    detail: 'Failing row contains (private)',
  });
  const failure = ApplicationFailure.create({
    message: 'refused',
    type: 'Refused',
    details: [{ iban: 'private' }],
    cause: refused,
  });
  log.error({ err: failure, others: [new AggregateError([refused], 'both')] }, 'failed');
  expect(lines[0]).not.toContain('private');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: {
      type: 'ApplicationFailure',
      message: 'refused',
      stack: expect.stringContaining('telemetry.test') as string,
      cause: { message: 'violates a check', code: '23514' },
    },
    others: [{ message: 'both', errors: [{ message: 'violates a check' }] }],
  });
});

test('what is known of the work at hand is on every line logged meanwhile, and on none after it', async () => {
  const { log, lines } = logging();
  await inScope({ workflowId: 'claim/1' }, async () => {
    note({ correlationId: 'c-1' });
    await Promise.resolve();
    log.info('within');
  });
  log.info('after');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ workflowId: 'claim/1', correlationId: 'c-1', msg: 'within' });
  expect(JSON.parse(lines[1] ?? '')).not.toHaveProperty('workflowId');
});

test('metrics are for this machine, and for those who bear the token', () => {
  const env = { THROUGHLINE_METRICS_TOKEN: 't0ken' };
  const from = (remoteAddress: string, headers = {}) => ({ socket: { remoteAddress }, headers });
  expect(scrapeRefusal(from('127.0.0.1'), {})).toBeUndefined();
  expect(scrapeRefusal(from('::1'), env)).toBeUndefined();
  expect(scrapeRefusal(from('10.0.0.9', { authorization: 'Bearer t0ken' }), env)).toBeUndefined();
  for (const authorization of [undefined, 'Bearer other', 't0ken'])
    expect(scrapeRefusal(from('10.0.0.9', { authorization }), env)).toContain('THROUGHLINE_METRICS_TOKEN');
  expect(scrapeRefusal(from('10.0.0.9', { authorization: 'Bearer ' }), {})).toContain('for this machine alone');
  // A proxy on this machine speaks for others.
  expect(scrapeRefusal(from('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }), {})).toContain(
    'for this machine alone',
  );
});

test('the catalogue keeps to the conventions, and labels hold no ids', () => {
  const all = Object.values<Declared>(METRICS);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { name, type, labels, help } of all) {
    expect(name).toMatch(/^throughline(_[a-z]+)+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/^\S.*[^.]$/);
    for (const label of labels) expect([name, label, /id$|key|correlation/i.test(label)]).toEqual([name, label, false]);
  }
});

test('a metric of another kind of process is not given', () => {
  expect(() => new Metrics('relay').gauge('entities')).toThrow('not one that a process of kind relay gives');
});

test('entries are counted by what they are, and names that nobody declared are one', async () => {
  const metrics = new Metrics('worker');
  const entity: EntityRef = {
    lifecycle: 'claim',
    id: 'CLM-1',
    stage: 1,
    firstRunId: 'r',
    correlationId: 'c',
    contentHash: 'h',
    kernelVersion: 1,
    lifecycleVersion: 1,
  };
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const actor = { kind: 'system', id: 'x', authenticated: 'none' } as const;
  const base = (sequence: number, second: number) => ({ sequence, recordedAt: at(second), causationId: 'c', actor });
  const message = (name: string, outcome: 'applied' | 'duplicate') => ({
    ...{ name, outcome, messageId: 'm', source: '/x', schemaVersion: 1, digest: 'd' },
    ...{ occurredAt: at(0), receivedAt: at(0) },
  });
  const entries: Entry[] = [
    { ...base(1, 0), kind: 'transition', to: 'Submitted' },
    { ...base(2, 5), kind: 'message', message: message('fraudDecision', 'applied') },
    { ...base(3, 6), kind: 'message', message: message('fraudDecision', 'duplicate') },
    { ...base(4, 7), kind: 'message', message: message(`made-up-${Math.random()}`, 'duplicate') },
    { ...base(5, 8), kind: 'guard', guard: { guard: 'hold:some-case', verdict: 'defer' } },
    { ...base(6, 9), kind: 'guard', guard: { guard: 'dependency:payments', verdict: 'proceed' } },
    {
      ...base(7, 10),
      kind: 'deadline',
      breach: { name: 'state', basis: 'b', startedAt: at(0), dueAt: at(10), leadsTo: 'X' },
    },
    { ...base(8, 11), kind: 'compensation', compensates: 'payment:2', reason: { code: 'begun' } },
    { ...base(9, 12), kind: 'compensation', compensates: 'payment:2', reason: { code: 'CardClosed' } },
    { ...base(10, 13), kind: 'transition', from: 'Submitted', to: 'PolicyValidationPending' },
  ];
  tallies(metrics)({ entity, before: UNBORN, entries });
  const said = (await metrics.text()).split('\n').filter((line) => line.startsWith('throughline_'));
  const counts = said.filter((line) => /_total\{/.test(line)).sort();
  expect(counts).toEqual([
    'throughline_clock_breaches_total{lifecycle="claim",clock="state"} 1',
    'throughline_compensations_total{lifecycle="claim",undo="payment",outcome="begun"} 1',
    'throughline_compensations_total{lifecycle="claim",undo="payment",outcome="failed"} 1',
    'throughline_guard_verdicts_total{lifecycle="claim",guard="hold",verdict="defer"} 1',
    'throughline_messages_total{lifecycle="claim",message="fraudDecision",outcome="applied"} 1',
    'throughline_messages_total{lifecycle="claim",message="fraudDecision",outcome="duplicate"} 1',
    'throughline_messages_total{lifecycle="claim",message="other",outcome="duplicate"} 1',
    'throughline_transitions_total{lifecycle="claim",from="",to="Submitted"} 1',
    'throughline_transitions_total{lifecycle="claim",from="Submitted",to="PolicyValidationPending"} 1',
  ]);
  expect(said).toContain('throughline_time_in_state_seconds_sum{lifecycle="claim",state="Submitted"} 13');
});
