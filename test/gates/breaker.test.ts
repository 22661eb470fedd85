/** When failures in a row mean the dependency, and when they mean one call. */
import { expect, it } from 'vitest';
import { Breaker } from '../../activities/health/breaker.js';

const callers = (n: number) => Array.from({ length: n }, (_, i) => `claim/CLM-${i}`);
const fail = (breaker: Breaker, ids: readonly string[], dependency = 'payments') =>
  ids.map((id) => breaker.failed(dependency, id));

it('opens with the failure that makes the row long enough, and then begins anew', () => {
  const breaker = new Breaker(20);
  expect(fail(breaker, callers(19))).not.toContain(true);
  expect(breaker.failed('payments', 'claim/CLM-19')).toBe(true);
  expect(fail(breaker, callers(19))).not.toContain(true);
  expect(breaker.failed('payments', 'claim/CLM-19')).toBe(true);
});

it('counts each dependency by itself', () => {
  const breaker = new Breaker(4);
  expect(fail(breaker, callers(3), 'payments')).not.toContain(true);
  expect(fail(breaker, callers(3), 'fraud')).not.toContain(true);
  expect(breaker.failed('fraud', 'claim/CLM-3')).toBe(true);
  expect(breaker.failed('payments', 'claim/CLM-3')).toBe(true);
});

it('begins anew with every answer', () => {
  const breaker = new Breaker(4);
  for (let round = 0; round < 10; round++) {
    expect(fail(breaker, callers(3))).not.toContain(true);
    breaker.reset('payments');
  }
});

it('is never opened by one poisoned entity, with or without others that succeed', () => {
  const breaker = new Breaker(20);
  const poisoned = Array.from({ length: 500 }, () => 'claim/POISONED');
  expect(fail(breaker, poisoned)).not.toContain(true);
  // Nor by three of them: at most a quarter of the row is one's.
  expect(fail(breaker, [...poisoned.map((id) => `${id}-2`), ...poisoned.map((id) => `${id}-3`)])).not.toContain(true);
  expect(fail(breaker, callers(5)).at(-1)).toBe(true);
});

it('can be turned off, and can be as quick as one failure', () => {
  expect(fail(new Breaker(0), callers(1000))).not.toContain(true);
  expect(new Breaker(1).failed('payments', 'claim/CLM-1')).toBe(true);
});
