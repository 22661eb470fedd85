/** The board counts what is on record, and the command shows it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CatastropheBoard } from '../../client/index.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { setStage, type Stage } from '../gateway/stage.js';
import { throughline as run } from './command-line.js';
import { begun, sandyLoss } from './declared.js';

const DECLARE = [
  ...['declare', 'SANDY-2012', '--name', 'Hurricane Sandy', '--from', '2012-10-28', '--to', '2012-10-31'],
  ...['--states', 'NY,NJ', '--bulletin', 'W-12092', '--actor', 'carol'],
];

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** What it prints. */
const throughline = async (...args: string[]) => (await run(stage.gatewayUrl, 'catastrophe', ...args)).out;

interface Claim {
  readonly id: string;
  readonly zip: string;
  readonly adjuster?: string;
  readonly findings?: true;
  readonly amounts?: object;
  /** It is closed so, with these parts. */
  readonly outcome?: string;
  readonly parts?: object;
  readonly startedAt?: string;
}

async function onRecord({ id, zip, adjuster, findings, amounts, outcome, parts, startedAt }: Claim): Promise<void> {
  const loss = sandyLoss(id);
  const facts = {
    notice: { ...loss, property: { ...loss.property, postalCode: zip } },
    catastrophe: 'Hurricane Sandy',
    ...(adjuster !== undefined && { adjuster: { adjusterId: adjuster, assignmentId: `A-${id}` } }),
    ...(findings && { findings: [] }),
    ...(amounts && { amounts }),
  };
  await stage.record({ id, lifecycleVersion: claimLifecycle.version }, [begun(facts, startedAt)]);
  if (outcome !== undefined) {
    await stage.query('UPDATE throughline.entity SET closed = true, outcome = $2, parts = $3 WHERE entity_id = $1', [
      id,
      outcome,
      JSON.stringify(parts ?? {}),
    ]);
  }
}

it('of many claims tells each once', async () => {
  expect(await throughline(...DECLARE)).toBe(
    'SANDY-2012 is declared: Hurricane Sandy, losses from 2012-10-28 to 2012-10-31 in NJ, NY, bulletin W-12092, claims start as they come\n',
  );
  expect(await throughline(...DECLARE)).toMatch(/^SANDY-2012 was declared before: /);
  const now = new Date().toISOString();
  const usd = (reserved: number, approved: number, paid: number, open: number) => ({
    amounts: { currency: 'USD', reserved, approved, paid, open },
  });
  const refusedFor = (building: string, contents: string) => ({
    building: { state: 'NotPayable', reason: building, since: now },
    contents: { state: 'NotPayable', reason: contents, since: now },
  });
  const paidPart = { building: { state: 'Paid', since: now, amount: { minor: 700, currency: 'USD' } } };
  await onRecord({ id: 'B-1', zip: '11693', startedAt: now, ...usd(500, 0, 0, 0) });
  await onRecord({ id: 'B-2', zip: '11693', adjuster: 'ADJ-1', findings: true, ...usd(900, 800, 300, 500) });
  await onRecord({
    id: 'B-3',
    zip: '11692',
    adjuster: 'ADJ-1',
    findings: true,
    outcome: 'paid',
    ...usd(0, 400, 400, 0),
  });
  await onRecord({
    id: 'B-4',
    zip: '11692',
    adjuster: 'ADJ-2',
    findings: true,
    outcome: 'closedWithoutPayment',
    parts: refusedFor('01', '08'),
  });
  await onRecord({
    id: 'B-5',
    zip: '11692',
    findings: true,
    outcome: 'closedWithoutPayment',
    parts: refusedFor('08', '01'),
  });
  await onRecord({ id: 'B-6', zip: '', outcome: 'withdrawn' });
  await onRecord({ id: 'B-7', zip: '11692', findings: true, outcome: 'partlyPaid', parts: paidPart });
  // Of another one.
  await stage.record({ id: 'B-8', lifecycleVersion: claimLifecycle.version }, [begun({ catastrophe: 'Irene' })]);

  const board = JSON.parse(await throughline('show', 'SANDY-2012', '--json')) as CatastropheBoard;
  expect(board).toMatchObject({
    catastrophe: { code: 'SANDY-2012', declaredBy: { kind: 'staff', id: 'carol', authenticated: 'token' } },
    received: 7,
    inspected: 5,
    paid: 2,
    open: 2,
    openOver30Days: 1,
    line: { waiting: 0, starting: 0, refused: 0 },
    unpaid: [
      { outcome: 'closedWithoutPayment', reasons: ['01', '08'], count: 2 },
      { outcome: 'withdrawn', reasons: [], count: 1 },
    ],
    // What a claim without an account has paid is told by its parts.
    amounts: [{ currency: 'USD', reserved: 1_400, approved: 1_200, paid: 1_400, open: 500 }],
    byZip: [
      { zip: '11693', received: 2, inspected: 1, paid: 0, open: 2 },
      { zip: '11692', received: 4, inspected: 4, paid: 2, open: 0 },
      { zip: '', received: 1, inspected: 0, paid: 0, open: 0 },
    ],
    byAdjuster: [
      { adjuster: 'ADJ-1', received: 2, inspected: 2, paid: 1, open: 1 },
      { adjuster: 'ADJ-2', received: 1, inspected: 1, paid: 0, open: 0 },
    ],
  });

  const shown = await throughline('show', 'SANDY-2012');
  expect(shown).toContain('SANDY-2012: Hurricane Sandy, losses from 2012-10-28 to 2012-10-31');
  expect(shown).toMatch(/^received +7$/m);
  expect(shown).toMatch(/^open over 30 days +1$/m);
  expect(shown).toContain('closedWithoutPayment\t01, 08\t2');
  expect(shown).toContain('USD\t14.00 USD\t12.00 USD\t14.00 USD\t5.00 USD');
  expect(shown).toContain('11693\t2\t1\t0\t2');
});

it('is listed, and closed when its last claim is', async () => {
  const [head, row] = (await throughline('list')).split('\n');
  expect(head).toBe('code\tname\tdates of loss\tarea\tbulletin\trate\tdeclared\tby\tclosed');
  expect(row).toMatch(
    /^SANDY-2012\tHurricane Sandy\t2012-10-28 to 2012-10-31\tNJ, NY\tW-12092\t\t[-0-9]+ [:0-9]+\tcarol\t$/,
  );
  await expect(throughline('close', 'SANDY-2012')).rejects.toThrow(
    '2 claims of SANDY-2012 (Hurricane Sandy) are not closed',
  );
  await stage.query(`UPDATE throughline.entity SET closed = true WHERE catastrophe = 'Hurricane Sandy'`);
  expect(await throughline('close', 'SANDY-2012', '--actor', 'dave')).toBe('SANDY-2012 is closed\n');
  expect(await throughline('close', 'SANDY-2012')).toMatch(/^SANDY-2012 was closed \d{4}-/);
  expect(await throughline('list', '--open')).toBe('none\n');
  expect(JSON.parse(await throughline('list', '--json'))).toMatchObject({ closedBy: { id: 'dave' } });
});
