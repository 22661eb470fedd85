/** How a run under load goes: entities come in, those outside act, people decide, what got lost is healed, and it ends. */
import { describe, expect, test } from 'vitest';
import type { EntitySummary, ReviewView } from '../../../client/views.js';
import { Patience } from '../../../cli/intake/patience.js';
import { play, type Outside } from '../../../cli/simulate/load.js';
import type { Tally } from '../../../cli/simulate/tally.js';
import { orderLifecycle, type OrderState } from '../../../workflows/order/states.js';

/** A shop in which each order does by its name what the story of the name is. */
class Shop {
  readonly log: string[] = [];
  readonly tallies: Tally[] = [];
  readonly stop = new AbortController();
  private readonly states = new Map<string, OrderState>();
  private clock = 0;
  private readonly since = new Map<string, string>();

  play(ids: readonly string[], more: Partial<Outside> = {}, mostMs = 60_000) {
    const load = { lifecycle: orderLifecycle, ids, rate: 1_000, mostMs, pace: { countMs: 5, careMs: 5 } };
    return play(load, {
      patience: new Patience(1_000, () => undefined),
      stop: this.stop.signal,
      submit: (id) => {
        const first = {
          easy: 'Completed',
          referred: 'RiskReview',
          forgotten: 'InDelivery',
          returned: 'Completed',
        } as const;
        return Promise.resolve(this.enter(id, first[id as keyof typeof first]));
      },
      lookup: (asked) => Promise.resolve(asked.flatMap((id) => this.summary(id) ?? [])),
      react: ({ id, state }) => {
        const once = id === 'returned' && state === 'Completed' && !this.log.includes('sent back');
        return once ? () => Promise.resolve(this.enter(id, 'ReturnInspection', 'sent back')) : undefined;
      },
      decide: ({ id }) => Promise.resolve(this.enter(id, 'Completed', `decided on ${id}`)),
      tasks: () => Promise.resolve(this.waiting()),
      reconcile: () => {
        const forgotten = this.states.get('forgotten') === 'InDelivery';
        if (forgotten) this.enter('forgotten', 'Completed', 'healed');
        return Promise.resolve(forgotten ? 1 : 0);
      },
      counted: (tally) => void this.tallies.push(tally),
      ...more,
    });
  }

  private enter(id: string, state: OrderState, said?: string): void {
    if (said !== undefined) this.log.push(said);
    this.states.set(id, state);
    this.since.set(id, new Date(++this.clock).toISOString());
  }

  private summary(id: string): EntitySummary | undefined {
    const state = this.states.get(id);
    return state && ({ id, state, since: this.since.get(id), closed: state === 'Completed' } as EntitySummary);
  }

  private waiting(): ReviewView[] {
    return [...this.states].flatMap(([id, state]) =>
      state === 'RiskReview' || state === 'ReturnInspection' ? [{ id } as ReviewView] : [],
    );
  }
}

describe('a load', () => {
  test('is over when all have ended, with those outside, the people and the reconciliation having done their part', async () => {
    const shop = new Shop();
    const { submitted, entities, perSecond } = await shop.play(['easy', 'referred', 'forgotten', 'returned']);
    expect(submitted).toHaveLength(4);
    expect([...entities.values()].map(({ state }) => state)).toEqual(Array(4).fill('Completed'));
    expect(shop.log.toSorted()).toEqual(['decided on referred', 'decided on returned', 'healed', 'sent back']);
    expect(perSecond).toBeGreaterThan(0);
    expect(shop.tallies.at(-1)).toMatchObject({ total: 4, submitted: 4, ended: 4, withPeople: 0 });
  });

  test('without people is over when what is open waits for them', async () => {
    const shop = new Shop();
    const { entities } = await shop.play(['easy', 'referred', 'forgotten'], { decide: undefined });
    expect(Object.fromEntries([...entities].map(([id, { state }]) => [id, state]))).toEqual({
      easy: 'Completed',
      referred: 'RiskReview',
      forgotten: 'Completed',
    });
    expect(shop.tallies.at(-1)).toMatchObject({ ended: 2, withPeople: 1 });
  });

  test('is over when its time is, whatever is open', async () => {
    const shop = new Shop();
    const { entities } = await shop.play(['forgotten'], { reconcile: () => Promise.resolve(0) }, 50);
    expect(entities.get('forgotten')?.state).toBe('InDelivery');
  });

  test('that is stopped lets nothing more come in, and leaves what has as it is', async () => {
    const shop = new Shop();
    const played = shop.play(['forgotten', ...Array.from({ length: 5_000 }, () => 'easy')], {
      counted: ({ submitted }) => void (submitted > 5 && shop.stop.abort()),
    });
    const { submitted } = await played;
    expect(submitted.length).toBeGreaterThan(5);
    expect(submitted.length).toBeLessThan(5_000);
    expect(shop.log).toEqual([]);
  });

  test.each(['submit', 'lookup', 'reconcile'] as const)('fails where %s does for good', async (what) => {
    const broken = Object.assign(new Error('no'), { type: 'GatewayRefused' });
    const shop = new Shop();
    await expect(shop.play(['easy', 'forgotten'], { [what]: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});
