/** Every list ends with what it comes to: over all pages, over the entities that its filters let through, and per currency. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayClient, type ListFilter } from '../../client/index.js';
import { sandyLoss } from '../catastrophe/declared.js';
import { throughline } from '../catastrophe/command-line.js';
import { setStage, submitted, withdrawnJournal, type Stage } from '../gateway/stage.js';
import { bearer } from '../support/tokens.js';

const OVERDUE = '2012-10-29T01:00:00.000Z';
const DUE_LATE = '2999-01-01T00:00:00.000Z';

let stage: Stage;
let gateway: GatewayClient;
beforeAll(async () => {
  stage = await setStage();
  gateway = new GatewayClient(stage.gatewayUrl);
  await onRecord('T-1', { reserved: 100_000, approved: 50_000, paid: 20_000, open: 30_000 }, { dueAt: OVERDUE });
  await onRecord('T-2', { reserved: 1, approved: 2, paid: 3, open: 4 }, { catastrophe: 'Hurricane Sandy' });
  await onRecord('T-3', { reserved: 500, approved: 0, paid: 0, open: 0 }, { currency: 'CAD' });
  // What has been paid stays in the sum when the claim is closed.
  await onRecord('T-4', { reserved: 0, approved: 7_000, paid: 7_000, open: 0 }, { catastrophe: 'Hurricane Sandy' });
  await stage.query(`UPDATE throughline.entity SET closed = true, outcome = 'paid' WHERE entity_id = 'T-4'`);
  // One that keeps no account.
  await stage.record({ id: 'T-5' }, withdrawnJournal({ messageId: 'w-1', digest: 'd' }));
});
afterAll(() => stage.close());

/** A claim on record, with what it comes to in minor units. */
async function onRecord(
  id: string,
  amounts: Record<'reserved' | 'approved' | 'paid' | 'open', number>,
  {
    currency = 'USD',
    dueAt = DUE_LATE,
    catastrophe,
  }: { readonly currency?: string; readonly dueAt?: string; readonly catastrophe?: string } = {},
): Promise<void> {
  const facts = { notice: sandyLoss(id), amounts: { currency, ...amounts }, ...(catastrophe && { catastrophe }) };
  const first = submitted(dueAt);
  await stage.record({ id }, [{ ...first, patch: { ...first.patch, facts } }]);
}

const usd = (reserved: number, approved: number, paid: number, left: number) => ({
  currency: 'USD',
  reserved,
  approved,
  paid,
  open: left,
});
const CAD = { currency: 'CAD', reserved: 500, approved: 0, paid: 0, open: 0 };

describe('GET /api/entities/totals', () => {
  it.each<[string, ListFilter, unknown]>([
    ['of all, per currency', {}, { entities: 5, amounts: [CAD, usd(100_001, 57_002, 27_003, 30_004)] }],
    ['of the open ones', { closed: false }, { entities: 3, amounts: [CAD, usd(100_001, 50_002, 20_003, 30_004)] }],
    ['of the closed ones', { closed: true }, { entities: 2, amounts: [usd(0, 7_000, 7_000, 0)] }],
    [
      'of a catastrophe',
      { catastrophe: 'Hurricane Sandy', closed: false },
      { entities: 1, amounts: [usd(1, 2, 3, 4)] },
    ],
    ['of those that are overdue', { overdue: true }, { entities: 1, amounts: [usd(100_000, 50_000, 20_000, 30_000)] }],
    [
      'of a state',
      { state: 'Closed' },
      // Closed by hand in the records: only the one that was withdrawn went there.
      { entities: 1, amounts: [] },
    ],
    ['of nothing', { state: 'PaymentPending' }, { entities: 0, amounts: [] }],
  ])('%s', async (_, filter, expected) => {
    expect(await gateway.totals('claim', filter)).toEqual(expected);
  });

  it('names the states when asked for another, and takes no page', async () => {
    await expect(gateway.totals('claim', { state: 'Lost' })).rejects.toThrow(/use one of Submitted, /);
    const paged = await fetch(`${stage.gatewayUrl}/api/entities/totals?lifecycle=claim&limit=2`, {
      headers: await bearer(),
    });
    expect(paged.status).toBe(422);
  });
});

describe('throughline list', () => {
  const lines = async (...args: string[]) =>
    (await throughline(stage.gatewayUrl, 'list', 'claim', ...args)).out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));

  it('shows the amounts of each, and at the end those of all, though it shows some', async () => {
    const [head, ...rows] = await lines('--limit', '2');
    expect(head?.slice(6)).toEqual(['reserved', 'approved', 'paid', 'open']);
    expect(rows).toHaveLength(4);
    expect(rows.slice(0, 2).map(([id, ...rest]) => [id, ...rest.slice(5)])).toEqual([
      ['T-1', '1,000.00 USD', '500.00 USD', '200.00 USD', '300.00 USD'],
      ['T-2', '0.01 USD', '0.02 USD', '0.03 USD', '0.04 USD'],
    ]);
    expect(rows.slice(2)).toEqual([
      ['5 in all', '', '', '', '', '', '5.00 CAD', '0.00 CAD', '0.00 CAD', '0.00 CAD'],
      ['', '', '', '', '', '', '1,000.01 USD', '570.02 USD', '270.03 USD', '300.04 USD'],
    ]);
  });

  it('sums what its filters let through', async () => {
    expect((await lines('--open', '--catastrophe', 'Hurricane Sandy')).at(-1)).toEqual([
      '1 in all',
      '',
      '',
      '',
      '',
      '',
      '0.01 USD',
      '0.02 USD',
      '0.03 USD',
      '0.04 USD',
    ]);
    expect((await lines('--overdue')).at(-1)?.slice(6)).toEqual([
      '1,000.00 USD',
      '500.00 USD',
      '200.00 USD',
      '300.00 USD',
    ]);
  });

  it('of entities without an account shows no amounts; nor do its lines of JSON sum anything', async () => {
    const [head, ...rows] = await lines('--state', 'Closed');
    expect(head).toHaveLength(6);
    expect(rows.map(([id]) => id)).toEqual(['T-5']);
    expect((await lines('--json')).flat().map((line) => (JSON.parse(line) as { id: string }).id)).toHaveLength(5);
  });
});
