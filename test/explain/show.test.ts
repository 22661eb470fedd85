/** What `throughline show` prints of an entity of which there is much to say. */
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { showCommand } from '../../cli/show.js';
import type { Clock, Entry } from '../../workflows/lifecycle/entry.js';
import { setStage, submitted, type Stage } from '../gateway/stage.js';
import { bearer } from '../support/tokens.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  vi.stubEnv('THROUGHLINE_GATEWAY_URL', stage.gatewayUrl);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

/** The lines that the command prints, in a pipe. */
async function shown(id: string, ...options: string[]): Promise<string[]> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  await new Command().addCommand(showCommand()).parseAsync(['show', 'claim', id, ...options], { from: 'user' });
  vi.restoreAllMocks();
  return out.split('\n');
}

test('shows clocks, what is expected, reviews, holds, deferrals, queues and the age of the sources', async () => {
  const recordedAt = '2012-10-30T10:00:00.000Z';
  const actor = { kind: 'staff', id: 'legal-3', authenticated: 'token' } as const;
  const clock: Clock = {
    basis: 'fact notice',
    startedAt: recordedAt,
    dueAt: '2099-01-28T00:00:00.000Z',
    leadsTo: 'EscalatedForManualReview',
  };
  const everything: Entry = {
    sequence: 2,
    kind: 'guard',
    recordedAt,
    causationId: 'm-1',
    actor,
    guard: { guard: 'hold:legal', verdict: 'defer', reason: 'courtOrder' },
    patch: {
      clocks: {
        decision: { ...clock, change: 'paused', pausedAt: recordedAt, pausedBy: 'state' },
        appeal: { ...clock, change: 'moved', originalDueAt: recordedAt },
      },
      expectations: {
        'document:photos': { what: 'photos', from: 'claimant', askedAt: recordedAt, dueAt: recordedAt, reminded: 2 },
        'document:proofOfLoss': {
          what: 'the proof of loss',
          from: 'claimant',
          askedAt: recordedAt,
          receivedAt: recordedAt,
        },
      },
      reviews: {
        'claim/CLM-ALL#2': {
          queue: 'claims-review',
          reason: 'late',
          priority: 2,
          openedAt: recordedAt,
          assignee: 'u-7',
          level: 1,
        },
      },
      holds: { legal: { placedAt: recordedAt, by: actor, reason: { code: 'courtOrder' }, reference: 'NY-2012-9' } },
      deferrals: {
        'hold:legal': {
          since: recordedAt,
          reason: 'courtOrder',
          move: { to: 'PaymentPending', cause: { causationId: 'x', actor } },
        },
      },
    },
  };
  await stage.record({ id: 'CLM-ALL' }, [submitted(), everything]);
  const lines = await shown('CLM-ALL');
  expect(lines[0]).toMatch(/^CLM-ALL has been Submitted for .*; at the moment the hold legal, placed by legal-3/);
  const day = '2012-10-30 10:00';
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^blocked by +hold: the hold legal, placed by legal-3/),
      expect.stringMatching(/^as of +record 20.*, run not to be had \(Temporal no longer keeps its run\), backlog 20/),
      `decision\t2099-01-28 00:00\tEscalatedForManualReview\tpaused ${day} by the state\tfact notice`,
      `appeal\t2099-01-28 00:00\tEscalatedForManualReview\trunning, at first due ${day}\tfact notice`,
      'state\t2012-10-29 01:00\tPolicyValidationPending\toverdue\tentered Submitted',
      `photos\tclaimant\t${day}\t${day}\t2×`,
      'claim/CLM-ALL#2\tclaims-review\tlate\t2\t\tu-7, level 1',
      `legal\t${day}\tlegal-3\tcourtOrder\tNY-2012-9\tnow`,
      `hold:legal\t${day}\tcourtOrder\tto enter PaymentPending`,
      'throughline-claim\tworkflow\t0\t\tnone',
      '2\t2012-10-30 10:00:00\thold:legal: defer (courtOrder)\tm-1\tlegal-3',
    ]),
  );
  expect(lines.join('\n')).not.toContain('the proof of loss');
});

test('shows what it was at a moment that has passed', async () => {
  const later: Entry = {
    ...{ sequence: 2, kind: 'transition', recordedAt: '2012-10-30T10:00:00.000Z', causationId: 'activity:x' },
    ...{ actor: { kind: 'system', id: 'throughline', authenticated: 'temporal' }, from: 'Submitted' },
    ...{ to: 'PolicyValidationPending', patch: { clocks: { state: null } } },
  };
  await stage.record({ id: 'CLM-PAST' }, [submitted(), later]);
  const [then = ''] = await shown('CLM-PAST', '--at', '2012-10-29T12:00');
  expect(then).toMatch(/^As of 2012-10-29 12:00:00 UTC: CLM-PAST has been Submitted for 12 hours because it was/);
  const [now = ''] = await shown('CLM-PAST', '--at', '2012-10-30 10:00');
  expect(now).toMatch(/^As of 2012-10-30 10:00:00 UTC: CLM-PAST has been PolicyValidationPending for 0 seconds/);
  const before = await fetch(`${stage.gatewayUrl}/api/entities/claim/CLM-PAST?at=2012-10-28T23:59:59.999Z`, {
    headers: await bearer(),
  });
  expect(before.status).toBe(404);
  expect(await before.json()).toMatchObject({
    detail:
      'claim CLM-PAST was not on record at 2012-10-28T23:59:59.999Z: it was first on 2012-10-29T00:00:00.000Z. Ask for a later moment.',
  });
  const never = await fetch(`${stage.gatewayUrl}/api/entities/claim/CLM-PAST?at=2999-01-01T00:00:00Z`, {
    headers: await bearer(),
  });
  expect(never.status).toBe(422);
});
