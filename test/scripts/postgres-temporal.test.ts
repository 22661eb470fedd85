/** The PostgreSQL-backed Temporal server: what is run, and how the server is come by, in a home made for the test. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { portPlan } from '../../scripts/lib/ports.mjs';
import { schemaCommands, serverEnvironment, temporalPorts } from '../../scripts/lib/postgres-temporal.mjs';
import { callInProcess, shellScript, temporaryFolder } from './support.js';

const database = { port: 8238, username: 'owner', password: 's3cret' };

describe('plan', () => {
  test('the frontend listens where a development server would, all else beside the fleet', () => {
    const { temporal, temporalHttp, ...fleet } = portPlan(8230);
    const { frontend, http, ...own } = temporalPorts(8230);
    expect({ frontend, http }).toEqual({ frontend: temporal, http: temporalHttp });
    const ports = [frontend, http, ...Object.values(own), ...Object.values(fleet)];
    expect(new Set(ports).size).toBe(ports.length);
  });

  test('both databases are made, given a schema and brought up to date, in this order', () => {
    const commands = schemaCommands(database);
    expect(commands.map(({ args, env }) => [env['SQL_DATABASE'], ...args].join(' '))).toEqual([
      'temporal create-database',
      'temporal setup-schema --version 0.0',
      'temporal update-schema --schema-name postgresql/v12/temporal',
      'temporal_visibility create-database',
      'temporal_visibility setup-schema --version 0.0',
      'temporal_visibility update-schema --schema-name postgresql/v12/visibility',
    ]);
    for (const { args, env } of commands) {
      expect(args.join(' ')).not.toContain(database.password);
      expect(env).toMatchObject({ SQL_HOST: '127.0.0.1', SQL_PORT: '8238', SQL_PASSWORD: database.password });
    }
  });

  test('the server listens on loopback alone, on a port of its own for each purpose', () => {
    const ports = temporalPorts(8230);
    const environment = serverEnvironment({ ports, database, dynamicConfig: '/tmp/dynamic.yaml' });
    expect(environment).toMatchObject({ BIND_ON_IP: '127.0.0.1', DB: 'postgres12', DB_PORT: '8238' });
    const listened = Object.entries(environment).filter(([name]) => /_(GRPC|HTTP|MEMBERSHIP)_PORT$/.test(name));
    const { database: _, ...served } = ports;
    expect(listened.map(([, port]) => Number(port)).sort()).toEqual(Object.values(served).sort());
  });
});

describe('server and schema tool', () => {
  let home: string;
  let bin: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    home = temporaryFolder();
    bin = path.join(home, 'bin');
    mkdirSync(bin);
    environment = { HOME: home, PATH: bin };
  });

  const cached = (version: string, program: string) =>
    path.join(home, '.cache/throughline/temporal-server', version, program);
  const resolve = () => callInProcess('postgres-temporal.mjs', 'resolveTemporalServer', environment);

  test('are built by one call of Go, with the flags that GOFLAGS already holds, and cached', async () => {
    shellScript(
      path.join(bin, 'go'),
      `if [ "$1" = env ]; then echo '-buildvcs=false'; exit; fi`,
      `echo "$GOFLAGS $*" > '${home}/go.log'`,
      'for name in server sql; do',
      `  printf '#!/bin/sh\\necho "temporal version 1.32.1"\\n' > "$GOBIN/$name"`,
      '  /bin/chmod +x "$GOBIN/$name"',
      'done',
    );
    const paths = { server: cached('1.32.1', 'server'), sql: cached('1.32.1', 'sql') };
    expect(JSON.parse((await resolve()).stdout)).toEqual(paths);
    expect(readFileSync(path.join(home, 'go.log'), 'utf8')).toBe(
      "-buildvcs=false '-ldflags=-s -w' install -v go.temporal.io/server/cmd/server@v1.32.1 go.temporal.io/server/cmd/tools/sql@v1.32.1\n",
    );
    shellScript(path.join(bin, 'go'), 'exit 1');
    expect(JSON.parse((await resolve()).stdout)).toEqual(paths);
  });

  test('another version in the cache does not do; without Go the message says what would mend it', async () => {
    shellScript(cached('1.31.0', 'server'), 'echo "temporal version 1.31.0"');
    const { code, stderr } = await resolve();
    expect(code).toBe(1);
    expect(stderr).toContain('go is not on PATH');
    expect(stderr).toContain('install Go 1.26.8 or later');
    expect(existsSync(cached('1.32.1', 'server'))).toBe(false);
  });
});
