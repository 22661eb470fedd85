/** Claims that run: their calls yield to everyday ones, and those that came before the declaration are attached once. */
import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { catastropheCommand } from '../../cli/catastrophe.js';
import { CatastrophesClient, GatewayClient, ThroughlineClient } from '../../client/index.js';
import { World, staff } from '../explain/world.js';
import { message } from '../lifecycles/support/messages.js';
import { eventually } from '../support/eventually.js';
import { lossOf, sandy, sandyLoss } from './declared.js';

let world: World;
beforeAll(async () => {
  world = await World.set();
});
afterAll(() => world.strike());

/** A claim that waits for its fraud decision. */
async function submitted(data: ReturnType<typeof sandyLoss>): Promise<string> {
  world.services.expect(data.claimId, { fraud: 'silence' });
  await world.stage.temporal.workflow.start('claim', {
    workflowId: `claim/${data.claimId}`,
    taskQueue: 'throughline-claim',
    args: [message(`claim/${data.claimId}`, data, { messageId: 'submit' })],
  });
  return data.claimId;
}

async function throughline(...args: string[]): Promise<{ readonly out: string; readonly err: string }> {
  const said = { out: '', err: '' };
  const [out, err] = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream === 'stdout' ? 'out' : 'err'] += String(text);
      return true;
    }),
  );
  vi.stubEnv('THROUGHLINE_GATEWAY_URL', world.stage.gatewayUrl);
  try {
    const program = new Command('throughline').option('--state-dir <folder>').addCommand(catastropheCommand());
    await program.parseAsync(['catastrophe', ...args], { from: 'user' });
  } finally {
    out?.mockRestore();
    err?.mockRestore();
    vi.unstubAllEnvs();
  }
  return said;
}

const attachments = async (id: string) =>
  (
    await world.stage.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM throughline.journal WHERE entity_id = $1 AND message_name = 'attachCatastrophe'`,
      [id],
    )
  )[0]?.n;

it('are attached by date of loss and area, each once', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, (_, i) => submitted(sandyLoss(`CLM-A-${i}`))));
  const elsewhere = await submitted(lossOf('2012-10-29', 'CT', '06840', 'CLM-A-CT'));
  const later = await submitted(lossOf('2012-11-09', 'NY', '11693', 'CLM-A-LATER'));
  const other = await submitted({ ...sandyLoss('CLM-A-OTHER'), catastrophe: 'Irene' } as ReturnType<typeof sandyLoss>);
  const gone = await submitted(sandyLoss('CLM-A-GONE'));
  const all = [...ids, elsewhere, later, other, gone];
  for (const id of all) await world.explained(id, ({ state }) => state === 'FraudScreenPending');
  await world.ask(gone, 'withdraw', { reasonCode: 'repaired' }, staff('u-1'));
  await world.explained(gone, ({ closed }) => closed);

  const catastrophes = new CatastrophesClient(new GatewayClient(world.stage.gatewayUrl), staff('carol'));
  await catastrophes.declare(sandy());
  const preview = `6 open claims on record fit SANDY-2012, 1 closed ones stay as they are`;
  expect((await throughline('attach', 'SANDY-2012', '--dry-run')).out).toBe(`${preview}; nothing was attached\n`);
  expect(await Promise.all(all.map(attachments))).toEqual(all.map(() => 0));

  // An earlier run of the same order was interrupted after the first two.
  for (const id of ids.slice(0, 2)) {
    const data = { catastrophe: 'Hurricane Sandy', reference: 'W-12092' };
    await world.run(id).executeUpdate('attachCatastrophe', {
      args: [message(`claim/${id}`, data, { messageId: 'attach:SANDY-2012', actor: staff('carol') })],
    });
  }
  const { out, err } = await throughline('attach', 'SANDY-2012', '--json', '--actor', 'carol');
  expect(err).toMatch(/^[4-6] open claims on record fit SANDY-2012/);
  const report = JSON.parse(out) as { count: number; attached: number; refused: unknown[] };
  expect(report).toMatchObject({ attached: report.count, refused: [] });
  for (const id of ids) await eventually(async () => (await attachments(id)) === 1);
  await eventually(async () => (await catastrophes.board('SANDY-2012')).received === 6);
  expect((await throughline('attach', 'SANDY-2012')).out).toBe('0 attached, none refused\n');
  expect(await Promise.all([elsewhere, later, other, gone].map(attachments))).toEqual([0, 0, 0, 0]);
  const journal = await new GatewayClient(world.stage.gatewayUrl).journal('claim', ids[5] ?? '');
  expect(journal.items.find(({ message: sent }) => sent?.name === 'attachCatastrophe')).toMatchObject({
    actor: { kind: 'staff', id: 'carol' },
    message: { messageId: 'attach:SANDY-2012', outcome: 'applied' },
  });
});

it('have calls that bear the priority of their claim', async () => {
  const { temporal, gatewayUrl, namespace } = world.stage;
  const client = new ThroughlineClient({ temporal, gateway: gatewayUrl, source: '/test' });
  await client.catastrophes.declare(sandy());
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  await world.unpoll('fraud');
  const seen = new Map<string, unknown>();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: 'throughline-fraud',
    activities: {
      requestFraudScreen: ({ claimId }: { readonly claimId: string }) => {
        seen.set(claimId, Context.current().info.priority);
        throw new Error('it is all that was to be known');
      },
    },
  });
  await worker.runUntil(async () => {
    await client.claims.submit(sandyLoss('CLM-P-1'));
    await client.claims.submit(lossOf('2012-10-29', 'CT', '06840', 'CLM-P-2'));
    await eventually(() => seen.size === 2);
  });
  await world.poll('fraud');
  await connection.close();
  expect(seen.get('CLM-P-1')).toMatchObject({ priorityKey: 4, fairnessKey: 'SANDY-2012' });
  expect(seen.get('CLM-P-2')).toMatchObject({ priorityKey: 3 });
});
