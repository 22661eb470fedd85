/** A dependency is paused, or fails, under a running fleet: its entities wait, say so, and go on within seconds when it is back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DependenciesClient } from '../../client/dependencies.js';
import type { Actor, Entry } from '../../workflows/lifecycle/entry.js';
import { claimWorkflowId } from '../../workflows/claim/messages.js';
import { eventually } from '../support/eventually.js';
import { journalInHistory } from '../support/history.js';
import { storable } from '../../records/storable.js';
import { FleetStage } from './stage.js';

const CLAIMS = 20;
const MINUTE = 60_000;
const ALICE: Actor = { kind: 'staff', id: 'alice', authenticated: 'token' };

let stage: FleetStage;
let dependencies: DependenciesClient;
beforeAll(async () => {
  process.env['THROUGHLINE_RESUMES_PER_SECOND'] = '10';
  stage = await FleetStage.set();
  dependencies = new DependenciesClient(stage.client.gateway, ALICE);
}, 2 * MINUTE);
afterAll(() => stage.strike());

const guardsOf = (journal: readonly Entry[], name: string) =>
  journal.flatMap(({ guard, patch }) =>
    guard?.guard === name ? [{ ...guard, deferral: patch?.deferrals?.[name] }] : [],
  );

/** Each claim is paid once, its journal is what its history says, and nothing waits any more. */
async function expectSound(claims: readonly string[]): Promise<void> {
  const payments = await stage.query<{ claim_id: string; n: number }>(
    'SELECT claim_id, count(*)::int AS n FROM svc_payments.payment WHERE claim_id = any($1) GROUP BY 1',
    [claims],
  );
  expect(payments.map(({ n }) => n)).toEqual(claims.map(() => 1));
  for (const id of claims) {
    const history = await stage.temporal.workflow.getHandle(claimWorkflowId(id)).fetchHistory();
    expect(await stage.journal(id), id).toEqual(storable(journalInHistory(history)));
  }
}

it(
  'claims wait while payments is paused, and go on within seconds, one after the other, when it is resumed',
  async () => {
    await dependencies.pause('payments', { reason: 'ledger-maintenance', note: 'CHG-7' });
    const claims = await stage.submit(CLAIMS);
    await eventually(
      () => stage.deferredOn('payments'),
      (n) => n === CLAIMS,
      MINUTE,
    );

    const [shown] = (await dependencies.list()).filter(({ name }) => name === 'payments');
    expect(shown).toMatchObject({ status: 'paused', reason: 'ledger-maintenance', note: 'CHG-7', deferred: CLAIMS });
    expect(shown?.actor).toEqual(ALICE);
    for (const id of claims) {
      expect(guardsOf(await stage.journal(id), 'dependency:payments')).toEqual([
        {
          guard: 'dependency:payments',
          verdict: 'defer',
          reason: 'ledger-maintenance',
          deferral: { since: expect.any(String) as string, reason: 'ledger-maintenance', call: 'requestPayment' },
        },
      ]);
    }
    expect(await stage.query('SELECT 1 FROM svc_payments.payment')).toEqual([]);

    const resumedAt = Date.now();
    const answer = await dependencies.resume('payments', { reason: 'ledger-back' });
    expect(answer).toMatchObject({ changed: true, dependency: { status: 'up', deferred: CLAIMS } });
    await eventually(
      () => stage.closedAs('paid', claims),
      (n) => n === CLAIMS,
      MINUTE,
    );
    // Two seconds until all have seen it, two at ten per second; their own timers would have taken a minute at least.
    expect(Date.now() - resumedAt).toBeLessThan(30_000);

    const told = await Promise.all(
      claims.map(async (id) => {
        const journal = await stage.journal(id);
        expect(guardsOf(journal, 'dependency:payments').map(({ verdict }) => verdict)).toEqual(['defer', 'proceed']);
        const [signal, ...more] = journal.filter(({ message }) => message?.name === 'dependencyResumed');
        expect(more).toEqual([]);
        expect(signal?.message).toMatchObject({ outcome: 'applied', source: '/workers/gatekeeper' });
        expect(signal?.message?.messageId).toBe(`resumed:payments:${answer.dependency.since}`);
        expect(signal?.actor).toMatchObject({ kind: 'system' });
        return Date.parse(signal?.message?.occurredAt ?? '');
      }),
    );
    // Ten per second: never more than that within any second, and a little for the slots that lie at its ends.
    for (const at of told)
      expect(told.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(12);
    expect(await stage.deferredOn('payments')).toBe(0);
    await expectSound(claims);
  },
  3 * MINUTE,
);

it(
  'a service that is down closes its gate by itself, and a probe opens it when the service is back',
  async () => {
    const claims = await stage.seeded(CLAIMS);
    await stage.stopServices();
    await stage.send(claims);
    await eventually(
      () => stage.deferredOn('policy'),
      (n) => n === CLAIMS,
      MINUTE,
    );
    const [shown] = (await dependencies.list()).filter(({ name }) => name === 'policy');
    expect(shown).toMatchObject({ status: 'failing', reason: 'repeatedFailures', actor: { id: 'breaker' } });
    expect(shown?.lastFailure).toEqual({
      type: 'ServiceUnavailable',
      message: expect.stringMatching(/^the policy service cannot be reached \(ECONN/) as string,
    });

    await stage.startServices();
    await eventually(
      () => stage.closedAs('paid', claims),
      (n) => n === CLAIMS,
      2 * MINUTE,
    );
    const events = await stage.query<{ status: string; actor: Actor }>(
      "SELECT status, actor FROM throughline.dependency_event WHERE name = 'policy' ORDER BY id",
    );
    expect(events.map(({ status, actor }) => [status, actor.id])).toEqual([
      ['failing', 'breaker'],
      ['up', 'probe'],
    ]);
    for (const id of claims) {
      expect(
        guardsOf(await stage.journal(id), 'dependency:policy').map(({ verdict, reason }) => [verdict, reason]),
      ).toEqual([
        ['defer', 'repeatedFailures'],
        ['proceed', undefined],
      ]);
    }
    await expectSound(claims);
  },
  4 * MINUTE,
);
