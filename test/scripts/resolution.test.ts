/** In which order the servers are looked for, each time in a home and on a PATH made for the test. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { callInProcess, shellScript, temporaryFolder } from './support.js';

const GOOD = 'temporal version 1.6.0 (Server 1.30.0, UI 2.42.1)';
const OLD = 'temporal version 1.1.0 (Server 1.25.0, UI 2.31.2)';

let home: string;
let bin: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  home = temporaryFolder();
  bin = path.join(home, 'bin');
  mkdirSync(bin);
  // A proxy at a port where nobody listens: the SDK's download fails at once, with or without a network.
  environment = { HOME: home, PATH: bin, HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
});

describe('Temporal CLI', () => {
  const cached = (version: string) => path.join(home, '.cache/throughline/temporal-cli', version, 'temporal');
  const resolve = async (): Promise<Record<string, string>> => {
    const { stdout, stderr } = await callInProcess('temporal-cli.mjs', 'resolveTemporalCli', environment);
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, string>;
  };

  test('the one on PATH comes first', async () => {
    const file = shellScript(path.join(bin, 'temporal'), `echo '${GOOD}'`);
    shellScript(cached('1.5.1'), `echo '${GOOD}'`);
    expect(await resolve()).toEqual({ path: file, version: '1.6.0', serverVersion: '1.30.0', source: 'on PATH' });
  });

  test('one on PATH that is too old gives way to the newest in the cache that works', async () => {
    shellScript(path.join(bin, 'temporal'), `echo '${OLD}'`);
    shellScript(cached('1.9.0'), `echo '${GOOD}'`);
    shellScript(cached('1.10.0'), 'exit 1');
    expect(await resolve()).toMatchObject({ path: cached('1.9.0'), source: 'cached' });
  });

  test('where a download fails it is built by Go, with the flags that GOFLAGS already holds, and cached', async () => {
    shellScript(
      path.join(bin, 'go'),
      `if [ "$1" = env ]; then echo '-buildvcs=false'; exit; fi`,
      `echo "$GOFLAGS $*" > '${home}/go.log'`,
      `printf '#!/bin/sh\\necho "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"\\n' > "$GOBIN/temporal"`,
      '/bin/chmod +x "$GOBIN/temporal"',
    );
    expect(await resolve()).toMatchObject({ path: cached('1.5.1'), version: '1.5.1', source: 'built from source' });
    expect(readFileSync(path.join(home, 'go.log'), 'utf8')).toMatch(
      /^-buildvcs=false '-ldflags=.*Version=1\.5\.1' install -v github\.com\/temporalio\/cli\/cmd\/temporal@v1\.5\.1\n$/,
    );
    expect(await resolve()).toMatchObject({ source: 'cached' });
  });

  test('if no way works, one message has each way, what it said and what would mend it', async () => {
    shellScript(path.join(bin, 'temporal'), `echo '${OLD}'`);
    shellScript(path.join(bin, 'go'), 'echo "go: module lookup disabled" >&2', 'exit 1');
    const { code, stderr } = await callInProcess('temporal-cli.mjs', 'resolveTemporalCli', environment);
    expect(code).toBe(1);
    expect(stderr.replaceAll(home, '~')).toMatch(
      new RegExp(
        [
          '`temporal` on PATH\\n    said: ~/bin/temporal has server 1.25.0, at least 1.29.0 is needed\\n    mend: ',
          'cached binary\\n    said: none in ~/.cache/throughline/temporal-cli\\n    mend: ',
          "SDK's own download\\n    said: [^]*failed to download[^]*\\n    mend: ",
          'Go module proxy\\n    said: go env GOFLAGS ended with exit code 1:\\n +go: module lookup disabled\\n    mend: install Go',
          'TEMPORAL_ADDRESS is not set\\n    mend: TEMPORAL_ADDRESS=host:7233 npm start',
        ].join('[^]*'),
      ),
    );
    expect(readdirSync(path.join(home, '.cache/throughline/temporal-cli'))).toEqual([]);
  });
});

describe('time-skipping test server', () => {
  const resolve = () => callInProcess('test-server.mjs', 'resolveTestServer', environment);

  test('the environment variable comes first', async () => {
    const file = shellScript(path.join(home, 'my-server'), 'exit 0');
    environment['TEMPORAL_TEST_SERVER'] = file;
    expect(JSON.parse((await resolve()).stdout)).toBe(file);
  });

  test('Maven fetches it for Java 17, and the cache keeps it', async () => {
    shellScript(path.join(bin, 'java'), `echo 'openjdk version "17.0.15" 2025-04-15' >&2`);
    shellScript(
      path.join(bin, 'mvn'),
      'for arg; do case $arg in -DoutputDirectory=*) /bin/mkdir "${arg#*=}";; esac; done',
    );
    const first = await resolve();
    const file = path.join(home, '.cache/throughline/temporal-test-server/1.38.0/temporal-test-server');
    expect(first).toEqual({ code: 0, stdout: `${JSON.stringify(file)}\n`, stderr: '' });
    shellScript(path.join(bin, 'mvn'), 'exit 1');
    expect(await resolve()).toEqual(first);
  });

  test('too old a Java is named, also for a server in the cache', async () => {
    shellScript(path.join(bin, 'java'), `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
    mkdirSync(path.join(home, '.cache/throughline/temporal-test-server/1.38.0/lib'), { recursive: true });
    const { code, stderr } = await resolve();
    expect(code).toBe(1);
    expect(stderr.match(/java is openjdk version "11\.0\.2" 2019-01-15, at least 17 is needed/g)).toHaveLength(2);
    expect(stderr).toContain('TEMPORAL_TEST_SERVER=/path/of/temporal-test-server npm test');
  });
});

test('THROUGHLINE_CACHE_DIR and XDG_CACHE_HOME move the cache', async () => {
  shellScript(path.join(home, 'xdg/throughline/temporal-cli/1/temporal'), `echo '${GOOD}'`);
  shellScript(path.join(home, 'own/temporal-cli/1/temporal'), `echo '${GOOD}'`);
  environment['XDG_CACHE_HOME'] = path.join(home, 'xdg');
  const byXdg = await callInProcess('temporal-cli.mjs', 'resolveTemporalCli', environment);
  expect(byXdg.stdout).toContain(`${home}/xdg/throughline/temporal-cli/1/temporal`);
  environment['THROUGHLINE_CACHE_DIR'] = path.join(home, 'own');
  const byOwn = await callInProcess('temporal-cli.mjs', 'resolveTemporalCli', environment);
  expect(byOwn.stdout).toContain(`${home}/own/temporal-cli/1/temporal`);
  expect(existsSync(path.join(home, '.cache'))).toBe(false);
});
