/** The built command line, as a person or a script runs it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { notice, setStage, submitted, withdrawnJournal, type Stage } from '../gateway/stage.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let stage: Stage;
let stateDir: string;
beforeAll(async () => {
  stage = await setStage();
  stateDir = mkdtempSync(path.join(tmpdir(), 'throughline-cli-'));
});
afterAll(async () => {
  rmSync(stateDir, { recursive: true, force: true });
  await stage.close();
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with no environment but the given one; `servers` tells it where the test's servers are. */
function throughline(args: readonly string[], env: Record<string, string> = servers()): Promise<Run> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env;
    const options = { env: { PATH, HOME, THROUGHLINE_STATE_DIR: stateDir, ...env } };
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const servers = (): Record<string, string> => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: stage.namespace,
  THROUGHLINE_GATEWAY_URL: stage.gatewayUrl,
  THROUGHLINE_DEVELOPMENT_KEY: inject('developmentKey'),
});

describe('use', () => {
  it('is explained, with examples and exit codes', async () => {
    const help = await throughline(['--help']);
    expect(help.code).toBe(0);
    for (const word of ['intake', 'show', 'list', 'status', 'message', 'diagram', 'Examples', 'Exit codes'])
      expect(help.out).toContain(word);
    for (const command of ['intake', 'show', 'list', 'status', 'message', 'diagram']) {
      const { code, out } = await throughline([command, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:/);
    }
    expect((await throughline(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['fly']],
    [['show', 'claim']],
    [['show', 'parcel', 'P-1']],
    [['list', 'claim', '--limit', 'many']],
    [['message', 'claim', 'C', 'withdraw']],
    [['message', 'claim', 'C', 'withdraw', '--data', '{']],
  ])('that is wrong, %j, exits 2 and says what is wrong', async (args) => {
    const { code, out, err } = await throughline(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
    expect(err).not.toContain('    at ');
  });
});

describe('status', () => {
  it('says at once that nothing runs, and exits 0', async () => {
    const startedAt = Date.now();
    const { code, out } = await throughline(['status', '--json'], {});
    expect(code).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(JSON.parse(out)).toMatchObject({
      ready: false,
      addresses: { temporal: null, temporalUi: null, gateway: 'http://127.0.0.1:7230', database: null },
      processes: [],
      entities: {},
    });
    expect((await throughline(['status'], {})).out).toContain('npm start');
  });

  function running(changes: object = {}): void {
    const runtime = {
      pid: process.pid,
      startedAt: '2026-01-01T00:00:00.000Z',
      ready: true,
      addresses: {
        temporal: inject('temporalAddress'),
        temporalUi: 'http://127.0.0.1:24001',
        gateway: stage.gatewayUrl,
        services: 'http://127.0.0.1:24002',
        database: 'postgres://throughline:local@127.0.0.1:24003/throughline',
      },
      versions: { throughline: '9.9.9' },
      processes: [{ name: 'postgres', pid: 1, state: 'running', restarts: 2 }],
      ...changes,
    };
    writeFileSync(path.join(stateDir, 'runtime.json'), JSON.stringify(runtime));
    cpSync(inject('developmentKey'), path.join(stateDir, 'development-key.json'));
  }

  it('says what runs, where, in which versions, and counts entities by state', async () => {
    running();
    await stage.record({ id: 'CLM-COUNTED' }, [submitted()]);
    const { code, out } = await throughline(['status', '--json'], {});
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ready: true,
      addresses: {
        temporal: inject('temporalAddress'),
        temporalUi: 'http://127.0.0.1:24001',
        gateway: stage.gatewayUrl,
        database: 'postgres://throughline:local@127.0.0.1:24003/throughline',
      },
      processes: [{ name: 'postgres', pid: 1, state: 'running', restarts: 2 }],
      entities: { claim: { Submitted: expect.any(Number) } },
    });
    const { out: text } = await throughline(['status'], {});
    expect(text).toContain('is ready');
    expect(text).toContain('postgres\t1\trunning\t2');
    expect(text).not.toContain('local@');
  });

  it("hides the password of somebody else's database", async () => {
    running({ processes: [] });
    const { out } = await throughline(['status', '--json'], {});
    expect(JSON.parse(out)).toMatchObject({
      addresses: { database: 'postgres://throughline:***@127.0.0.1:24003/throughline' },
    });
  });

  it('does not believe what a dead fleet wrote, nor one whose gateway is silent', async () => {
    // Pids are at most 2^22 on Linux: nobody has this one.
    running({ pid: 2 ** 30 });
    expect(JSON.parse((await throughline(['status', '--json'], {})).out)).toMatchObject({
      ready: false,
      processes: [],
    });
    running({ addresses: { gateway: 'http://127.0.0.1:24999' } });
    expect(JSON.parse((await throughline(['status', '--json'], {})).out)).toMatchObject({ ready: false, entities: {} });
    rmSync(path.join(stateDir, 'runtime.json'));
  });
});

describe('show', () => {
  it('explains, for people and for programs', async () => {
    await stage.record({ id: 'CLM-SHOW' }, withdrawnJournal({ messageId: 'w', digest: 'd' }));
    const { code, out } = await throughline(['show', 'claim', 'CLM-SHOW']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^CLM-SHOW was Closed as withdrawn \d+ days ago because the claimant takes the claim back \(withdrawn\)/,
    );
    expect(out).toContain('Submitted → Closed (withdrawn)');
    const json = await throughline(['show', 'claim', 'CLM-SHOW', '--json']);
    expect(json.out.split('\n')).toHaveLength(2);
    expect(Object.keys(JSON.parse(json.out) as object)).toEqual(
      expect.arrayContaining(['state', 'since', 'waitsFor', 'next', 'deadline', 'blockedBy', 'journal', 'sentence']),
    );
  });

  it('says in one sentence that there is none, or that the gateway is away, and exits 1', async () => {
    const none = await throughline(['show', 'claim', 'CLM-NOT']);
    expect(none).toEqual({
      code: 1,
      out: '',
      err: 'throughline: there is no claim "CLM-NOT"; check the id, or submit it first\n',
    });
    const away = await throughline(['show', 'claim', 'C'], { THROUGHLINE_GATEWAY_URL: 'http://127.0.0.1:24999/' });
    expect(away.code).toBe(1);
    expect(away.err).toMatch(
      /^throughline: gateway cannot be reached \(http:\/\/127\.0\.0\.1:24999: ECONNREFUSED\);.*\n$/,
    );
  });
});

describe('list', () => {
  it('shows what fits, as a table and as lines of JSON', async () => {
    for (const id of ['CLM-A', 'CLM-B', 'CLM-C']) await stage.record({ id }, [submitted()]);
    const { out } = await throughline(['list', 'claim', '--state', 'Submitted', '--overdue', '--limit', '2']);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head?.split('\t')).toEqual(['id', 'state', 'since', 'waiting for / outcome', 'deadline', 'attention']);
    expect(rows).toHaveLength(2);
    const json = await throughline(['list', 'claim', '--overdue', '--json']);
    expect(
      json.out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(expect.arrayContaining(['CLM-A', 'CLM-B', 'CLM-C']));
    expect((await throughline(['list', 'claim', '--state', 'PaymentPending'])).out).toBe('none\n');
  });

  it('names the states when given another', async () => {
    const { code, err } = await throughline(['list', 'claim', '--state', 'Lost']);
    expect(code).toBe(1);
    expect(err).toMatch(/state \("Lost"\): use one of Submitted, .*Closed/);
  });
});

describe('message', () => {
  it('is refused with the name of the missing field, and nothing is sent', async () => {
    const { code, out, err } = await throughline(['message', 'claim', 'C', 'withdraw', '--data', '{}']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe('throughline: the message withdraw is refused: reasonCode: is missing: give it\n');
    const unknown = await throughline(['message', 'claim', 'C', 'shout', '--data', '{}']);
    expect(unknown.err).toMatch(/knows no message "shout"; it knows documentReceived, /);
  });

  it('is sent, and its answer shown; a repeat under the same id gets the same', async () => {
    const client = new ThroughlineClient({ temporal: stage.temporal, gateway: stage.gatewayUrl });
    const { id } = await client.claims.submit(notice());
    const args = [
      'message',
      'claim',
      id,
      'withdraw',
      '--data',
      '{"reasonCode":"x"}',
      '--message-id',
      'm-1',
      '--actor',
      'u-1',
    ];
    await stage.withWorker(async () => {
      expect(await throughline(args)).toMatchObject({ code: 0, out: `withdraw is applied; claim ${id} is Closed\n` });
      const again = await throughline([...args, '--json']);
      expect(JSON.parse(again.out)).toEqual({ outcome: 'applied', state: 'Closed', sequence: 1 });
    });
  });
});

it('diagram draws the claim', async () => {
  const { code, out } = await throughline(['diagram', 'claim'], {});
  expect(code).toBe(0);
  expect(out).toMatch(/^stateDiagram-v2\n {2}\[\*\] --> Submitted\n/);
});
