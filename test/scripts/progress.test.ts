import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Progress } from '../../scripts/lib/progress.mjs';

/** A stream that keeps what is written to it. */
class Screen extends Writable {
  text = '';
  columns = 60;
  constructor(readonly isTTY: boolean) {
    super();
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

test('without a terminal, a quick step is one plain line', async () => {
  const screen = new Screen(false);
  await new Progress(screen, {}).step('PostgreSQL', async (step) => {
    step.say('starting');
    step.done('18.4');
  });
  expect(screen.text).toMatch(/^✓ PostgreSQL: 18\.4 \(0\.\d s\)\n$/);
});

test('without a terminal, a long step says that it works, and at what', async () => {
  const screen = new Screen(false);
  await new Progress(screen, {}).step('Temporal CLI', async (step) => {
    step.say('building');
    step.tick('12 packages compiled');
    await sleep(1_100);
    step.say('checking');
    step.say('checking');
  });
  expect(screen.text.split('\n')).toEqual([
    expect.stringMatching(/^… Temporal CLI: building, 12 packages compiled \(1\.\d s\)$/),
    expect.stringMatching(/^… Temporal CLI: checking \(1\.\d s\)$/),
    expect.stringMatching(/^✓ Temporal CLI \(1\.\d s\)$/),
    '',
  ]);
});

test('a failed step is shown as failed, and its failure goes on', async () => {
  const screen = new Screen(false);
  const failing = new Progress(screen, {}).step('Build', () => Promise.reject(new Error('no such file')));
  await expect(failing).rejects.toThrow('no such file');
  expect(screen.text).toMatch(/^✗ Build: failed/);
});

test('in a terminal, running steps are redrawn below finished ones, and never wrap', async () => {
  const screen = new Screen(true);
  const progress = new Progress(screen, {});
  await Promise.all([
    progress.step('Build', async (step) => {
      step.say('x'.repeat(200));
      await sleep(250);
    }),
    progress.step('Gateway', () => sleep(120)),
  ]);
  expect(screen.text).toContain('\u001b[2A\u001b[J');
  // eslint-disable-next-line no-control-regex -- it is control sequences that are left out here
  const lines = screen.text.replace(/\u001b\[[\d;]*[A-Za-z]/g, '').split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(screen.columns);
  expect(screen.text.endsWith('\n')).toBe(true);
});

test.each([{ CI: '1' }, { TERM: 'dumb' }])('%o asks for plain lines also in a terminal', async (environment) => {
  const screen = new Screen(true);
  await new Progress(screen, environment).step('Build', () => sleep(150));
  expect(screen.text).not.toContain('\u001b');
});

test('NO_COLOR leaves the live list without colour', async () => {
  const screen = new Screen(true);
  await new Progress(screen, { NO_COLOR: '1' }).step('Build', () => sleep(150));
  expect(screen.text).toContain('\u001b[1A');
  expect(screen.text).not.toMatch(/\u001b\[\d+m/); // eslint-disable-line no-control-regex -- colours are control sequences
});
