/** Made-up requests, good and hostile, by everybody: whatever comes, the gateway does not fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROLES } from '../../client/roles.js';
import { Progress } from '../../scripts/lib/progress.mjs';
import { resolveSchemathesis } from '../../scripts/lib/schemathesis.mjs';
import { tokenFor } from '../support/tokens.js';
import { setStage, submitted, type Stage } from './stage.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
/** How long it tries as each of the askers, in seconds; and how many requests of each kind it makes up as everybody, however long that takes. */
const SECONDS = FULL ? 120 : 3;
const EXAMPLES = FULL ? 200 : 1;
/** Longest time of one run, in milliseconds: on a machine that is busy with other things it takes many times as long. */
const PATIENCE_MS = FULL ? 1_200_000 : 240_000;
const SEED = process.env['THROUGHLINE_SEED_OF_REQUESTS'] ?? '4711';
/** Made once, and the first time the tool is fetched. */
const SET_UP_MS = 300_000;

let stage: Stage;
let tool: { readonly command: string; readonly args: readonly string[] };
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-fuzz-'));
beforeAll(async () => {
  [stage] = await Promise.all([
    setStage(),
    new Progress(process.stderr).step('Schemathesis', async (step) => {
      tool = await resolveSchemathesis(step);
    }),
  ]);
  await stage.record({ id: 'CLM-FUZZ' }, [submitted()]);
}, SET_UP_MS);
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns how many requests it made. Fails where one was answered 5xx */
async function tryAs(roles: readonly string[] | undefined, ...how: readonly string[]): Promise<number> {
  const token = roles && (await tokenFor('fuzz', roles));
  const args = [
    ...['run', `${stage.gatewayUrl}/openapi.json`, '--checks', 'not_a_server_error'],
    // A stream has no end.
    ...['--exclude-path', '/api/stream'],
    ...['--seed', SEED, '--continue-on-failure', '--no-shrink', '--request-timeout', '20', '--warnings', 'off'],
    ...['--suppress-health-check', 'all', '--no-color'],
    ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ...how,
  ];
  const child = spawn(tool.command, [...tool.args, ...args], { cwd: folder });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, `seed ${SEED}:\n${output.slice(-6_000)}`).toBe(0);
  // Whoever was asked so much still answers.
  expect((await fetch(`${stage.gatewayUrl}/livez`)).status).toBe(200);
  return Number(/(\d+) generated/.exec(output)?.[1] ?? 0);
}

it('as everybody at once, of each kind some', { timeout: PATIENCE_MS }, async () => {
  const made = await tryAs([...ROLES], '--phases', 'fuzzing', '--max-examples', String(EXAMPLES));
  expect(made).toBeGreaterThan(40);
});

const ASKERS: readonly (readonly [name: string, roles: readonly string[] | undefined])[] = [
  ['nobody', undefined],
  ['everybody', ROLES],
  ...ROLES.map((role) => [role, [role]] as const),
];

it.each(ASKERS)('as %s, for a while', { timeout: PATIENCE_MS }, async (_, roles) => {
  await tryAs(roles, '--phases', 'coverage,fuzzing', '--max-time', String(SECONDS));
});
