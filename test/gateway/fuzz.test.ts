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
/** How long it tries as each of the askers, in seconds, and with how many requests of each kind. */
const SECONDS = FULL ? 120 : 5;
const EXAMPLES = FULL ? 200 : 6;
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

it.each([['nobody', undefined], ...ROLES.map((role) => [role, [role]] as const), ['everybody at once', [...ROLES]]])(
  'as %s',
  { timeout: (SECONDS + 60) * 1000 },
  async (_, roles) => {
    const token = roles && (await tokenFor('fuzz', roles));
    const args = [
      'run',
      `${stage.gatewayUrl}/openapi.json`,
      '--checks',
      'not_a_server_error',
      // A stream has no end.
      ...['--exclude-path', '/api/stream'],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', String(EXAMPLES), '--max-time', String(SECONDS)],
      ...['--seed', SEED, '--continue-on-failure', '--no-shrink', '--request-timeout', '20', '--warnings', 'off'],
      ...['--suppress-health-check', 'all', '--no-color'],
      ...(token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]),
    ];
    const child = spawn(tool.command, [...tool.args, ...args], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(output).toMatch(/\d+ generated/);
    expect(code, `seed ${SEED}:\n${output.slice(-6_000)}`).toBe(0);
    // Whoever was asked so much still answers.
    expect((await fetch(`${stage.gatewayUrl}/health/ready`)).status).toBe(200);
  },
);
