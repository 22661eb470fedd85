/** A lost callback is told by reconciliation, through the inbox of an entity that lives; schedules and decisions of people beside it. */
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findingCommand } from '../../cli/finding.js';
import { reconcileCommand } from '../../cli/reconcile.js';
import { GatewayRefused, type JournalLine } from '../../client/index.js';
import {
  PAIRS,
  RECONCILE,
  RECONCILE_ON_SCHEDULE,
  RECONCILIATION_TASK_QUEUE,
  runWorkflowId,
  scheduleId,
} from '../../workflows/reconciliation/pairs.js';
import { notice } from '../gateway/stage.js';
import { usd } from '../services/support.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from './stage.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet.stop());

async function journal(lifecycle: 'claim' | 'order', id: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of fleet.client.entities(lifecycle).journal(id)) lines.push(line);
  return lines;
}

/** The messages that an entity took from the reconciliation. */
const toldBy = (lines: readonly JournalLine[]) =>
  lines.flatMap(({ actor, message }) => (actor.id === 'reconciliation' && message ? [message] : []));

const isIn = (lifecycle: 'claim' | 'order', id: string, state: string) =>
  eventually(
    () => fleet.client.entities(lifecycle).explain(id),
    (seen) => seen.state === state,
    30_000,
  );

const order = (orderId: string) => ({
  orderId,
  customerId: 'CUS-1',
  lines: [{ lineId: '1', sku: 'LAMP', quantity: 1, unitPrice: { minor: 2_000, currency: 'USD' } }],
  destination: { country: 'US', postalCode: '11692' },
  addressRef: 'ADR-1',
  methodToken: 'card-1',
});

describe('an order whose carrier was not heard', () => {
  it('is told that its goods have left, captures, and takes the carrier later as if nothing had been', async () => {
    await fleet.put('seed', {
      stock: [{ sku: 'LAMP', warehouseId: 'W1', available: 100 }],
      itineraries: [{ orderId: 'ORD-1', legs: [{ update: 'dispatched', afterMs: 1 }] }],
    });
    await fleet.loseNext('shipping', 'dispatched');
    await fleet.client.orders.submit(order('ORD-1'));
    await isIn('order', 'ORD-1', 'ReleasedToWarehouse');
    const [run] = await eventually(
      () => fleet.client.reconciliation.run({ pairs: ['orders-shipping'], graceMs: 0 }),
      ([one]) => (one?.told ?? 0) > 0,
    );
    expect(run).toMatchObject({ pair: 'orders-shipping', checked: 1, found: 1, told: 1, healed: 1, open: 0 });
    await isIn('order', 'ORD-1', 'InDelivery');
    const told = toldBy(await journal('order', 'ORD-1'));
    expect(told).toMatchObject([
      {
        name: 'shipmentDispatched',
        outcome: 'applied',
        messageId: expect.stringMatching(/^reconcile\/\d+$/) as string,
      },
    ]);
    expect(await fleet.client.reconciliation.run({ pairs: ['orders-shipping'], graceMs: 0 })).toMatchObject([
      { found: 0, told: 0, healed: 0, open: 0 },
    ]);

    // The callback comes after all, and then the next one.
    const shipments = await fetch(`${fleet.servicesUrl}/shipping/shipments?order=ORD-1`);
    const [{ shipmentId }] = ((await shipments.json()) as { items: [{ shipmentId: string }] }).items;
    const late = { shipmentId, number: 1, at: new Date().toISOString() };
    await fleet.client.orders.message('ORD-1', 'shipmentDispatched', late);
    await fleet.client.orders.message('ORD-1', 'shipmentDelivered', { ...late, number: 2 });
    expect(await fleet.client.orders.waitForOutcome('ORD-1', { timeoutMs: 30_000 })).toMatchObject({
      outcome: 'delivered',
      paid: { minor: 2_000 },
    });
  });
});

describe('a claim whose payment was not acknowledged', () => {
  it('is told that it is paid, and closes', async () => {
    const { claimId } = notice();
    await fleet.put('seed', {
      policies: [
        {
          policyNumber: 'POL-1',
          inceptionDate: '2010-01-01',
          coverages: [{ coverage: 'building', limit: usd(250_000), deductible: usd(1_000) }],
        },
      ],
      assessments: [{ claimId, findings: [{ coverage: 'building', damage: usd(39_000) }] }],
      documents: [{ claimId }],
    });
    await fleet.loseNext('payments', 'acknowledged');
    await fleet.client.claims.submit(notice(claimId));
    await isIn('claim', claimId, 'PaymentPending');
    const [run] = await eventually(
      () => fleet.client.reconciliation.run({ pairs: ['claims-payments'], graceMs: 0 }),
      ([one]) => (one?.told ?? 0) > 0,
    );
    expect(run).toMatchObject({ found: 1, told: 1, healed: 1, open: 0, kinds: { 'payment-untold': 1 } });
    await isIn('claim', claimId, 'Closed');
    expect(toldBy(await journal('claim', claimId))).toMatchObject([
      { name: 'paymentAcknowledged', outcome: 'applied' },
    ]);
  });
});

describe('the schedules', () => {
  it('are one for each pair, skip what overlaps, and start runs', async () => {
    const handles = PAIRS.map((pair) => fleet.temporal.schedule.getHandle(scheduleId(pair)));
    const described = await Promise.all(handles.map((handle) => handle.describe()));
    expect(described.map(({ spec }) => spec.intervals?.map(({ every }) => every))).toEqual(PAIRS.map(() => [300_000]));
    expect(new Set(described.map(({ policies }) => policies.overlap))).toEqual(new Set(['SKIP']));
    await Promise.all(handles.map((handle) => handle.trigger()));
    for (const pair of PAIRS) {
      const run = fleet.temporal.workflow.getHandle(runWorkflowId(pair, false));
      await eventually(
        () => run.describe(),
        ({ raw, status }) => status.name === 'COMPLETED' && Boolean(raw.workflowExecutionInfo?.parentExecution),
      );
    }
  });

  it('start nothing while a run is under way; whoever asks for one waits, and has one of his own', async () => {
    const pair = 'orders-inventory';
    const blocking = await fleet.temporal.workflow.start(RECONCILE, {
      workflowId: runWorkflowId(pair, false),
      taskQueue: 'nobody',
      args: [{ pair }],
    });
    const scheduled = await fleet.temporal.workflow.execute(RECONCILE_ON_SCHEDULE, {
      workflowId: 'struck',
      taskQueue: RECONCILIATION_TASK_QUEUE,
      args: [{ pair }],
    });
    expect(scheduled ?? undefined).toBeUndefined();
    const asked = fleet.client.reconciliation.run({ pairs: [pair] });
    const dry = await fleet.client.reconciliation.run({ pairs: [pair], dryRun: true });
    expect(dry).toMatchObject([{ pair, dryRun: true }]);
    await blocking.terminate('it never had a worker');
    expect(await asked).toMatchObject([{ pair, dryRun: false }]);
  });
});

describe('a run that continues as new', () => {
  it('goes on behind the last key, and counts on', async () => {
    const counts = { checked: 7, found: 2, told: 0, kinds: { 'shipment-untold': 2 } };
    const continued = { startedAt: new Date().toISOString(), counts, from: { after: 'ORD-2' } };
    const result: unknown = await fleet.temporal.workflow.execute(RECONCILE, {
      workflowId: 'continued',
      taskQueue: RECONCILIATION_TASK_QUEUE,
      args: [{ pair: 'orders-shipping', dryRun: true }, continued],
    });
    expect(result).toMatchObject({ ...counts, startedAt: continued.startedAt });
  });
});

describe('a finding that a person has to decide on', () => {
  it('is listed, shown, and resolved once', async () => {
    await fleet.temporal.workflow.start('order', {
      workflowId: 'order/NOBODY',
      taskQueue: 'nobody',
      args: [{ data: {} }],
    });
    await eventually(
      () => fleet.client.reconciliation.run({ pairs: ['records-temporal'], graceMs: 0 }),
      ([run]) => (run?.kinds['run-unrecorded'] ?? 0) === 1,
    );
    const { findings } = fleet.client;
    const listed = [];
    for await (const finding of findings.list({ kind: 'run-unrecorded' })) listed.push(finding);
    expect(listed).toMatchObject([{ lifecycle: 'order', id: 'NOBODY', state: 'open', queue: 'reconciliation' }]);
    const id = listed[0]?.findingId ?? '';
    expect(await findings.get(id)).toEqual(listed[0]);
    const decision = { reason: 'terminated', note: 'NOTE-1' };
    expect(await findings.resolve(id, decision)).toMatchObject({
      changed: true,
      finding: { state: 'resolved', resolution: { code: 'terminated', note: 'NOTE-1' } },
    });
    expect(await findings.resolve(id, decision)).toMatchObject({ changed: false });
    await expect(findings.resolve('999999', decision)).rejects.toThrow(GatewayRefused);
    await fleet.client.reconciliation.run({ pairs: ['records-temporal'], graceMs: 0 });
    expect(await findings.get(id)).toMatchObject({ state: 'resolved' });
  });
});

describe('the command line', () => {
  it('runs pairs, lists findings and resolves them', async () => {
    const run = JSON.parse(
      await throughline('reconcile', '--pair', 'orders-shipping', '--dry-run', '--json'),
    ) as object;
    expect(run).toMatchObject({ pair: 'orders-shipping', dryRun: true, checked: 1, found: 0 });
    const table = await throughline('reconcile', '--pair', 'orders-shipping', 'claims-payments');
    expect(table.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'pair',
      'orders-shipping',
      'claims-payments',
      '',
    ]);
    const [, listed = ''] = (await throughline('finding', 'list', '--all', '--kind', 'run-unrecorded')).split('\n');
    const [id = '', ...said] = listed.split('\t');
    expect(said.slice(0, 3)).toEqual(['run-unrecorded', 'order/NOBODY', 'resolved']);
    expect(await throughline('finding', 'show', id)).toMatch(/kind +run-unrecorded\nentity +order\/NOBODY/);
    expect(await throughline('finding', 'resolve', id, '--reason', 'again')).toMatch(
      /^\d+ had ended already: resolved at /,
    );
  });
});

/** What a command prints, as a person runs it. */
async function throughline(...args: string[]): Promise<string> {
  let out = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.stubEnv('THROUGHLINE_GATEWAY_URL', fleet.client.gateway.url);
  try {
    const program = new Command('throughline')
      .option('--state-dir <folder>')
      .addCommand(reconcileCommand())
      .addCommand(findingCommand());
    await program.parseAsync(args, { from: 'user' });
    return out;
  } finally {
    written.mockRestore();
    vi.unstubAllEnvs();
  }
}
