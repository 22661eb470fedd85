import { describe, expect, test } from 'vitest';
import { GaveUp } from '../../cli/intake/patience.js';
import { ConflictingSubmission, Unreachable } from '../../client/errors.js';
import { impatience } from './samples.js';

const down = () => Promise.reject(new Unreachable('gateway', 'ECONNREFUSED'));

describe('patience', () => {
  test('outlasts an outage and says so, once at its start and once at its end', async () => {
    const { patience, notices, clock } = impatience();
    const result = await patience.call(() => (clock.ms < 10_000 ? down() : Promise.resolve('here')));
    expect(result).toBe('here');
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/^waiting for the servers, for up to 120 s more: gateway cannot be reached/);
    expect(notices[1]).toBe('the servers answer again');
  });

  test('ends after the limit, not before', async () => {
    const { patience, notices, clock } = impatience();
    await expect(patience.call(down)).rejects.toThrow(GaveUp);
    expect(clock.ms).toBeGreaterThanOrEqual(120_000);
    expect(clock.ms).toBeLessThan(130_000);
    expect(notices.length).toBeGreaterThan(5);
  });

  test('is spent for the rest of an outage, and whole again after it', async () => {
    const { patience, clock } = impatience();
    await expect(patience.call(down)).rejects.toThrow(GaveUp);
    const spent = clock.ms;
    await expect(patience.call(down)).rejects.toThrow(GaveUp);
    expect(clock.ms).toBe(spent);
    await patience.call(() => Promise.resolve());
    await expect(patience.call(down)).rejects.toThrow(GaveUp);
    expect(clock.ms).toBeGreaterThanOrEqual(spent + 120_000);
  });

  test('is not unlimited for one operation while others succeed', async () => {
    const { patience, clock } = impatience();
    const stubborn = patience.call(async () => {
      if (clock.ms > 0) await patience.call(() => Promise.resolve());
      return down();
    });
    await expect(stubborn).rejects.toThrow(GaveUp);
  });

  test('tells of one outage once, whatever other servers answer meanwhile', async () => {
    const { patience, notices, clock } = impatience();
    await patience.call(async () => {
      if (clock.ms > 0) await patience.call(() => Promise.resolve());
      if (clock.ms < 10_000) await down();
    });
    expect(notices).toHaveLength(2);
  });

  test('does not repeat what a repeat cannot mend', async () => {
    const { patience, clock } = impatience();
    await expect(patience.call(() => Promise.reject(new ConflictingSubmission('claim', 'A')))).rejects.toThrow(
      ConflictingSubmission,
    );
    expect(clock.ms).toBe(0);
  });
});
