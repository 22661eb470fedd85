/**
 * The risk rule: a score of what an order says about itself and of what the same customer ordered lately. Fixed, so that a test or a
 * demo gets what it asked for; real services know more.
 *
 * Card networks and shops watch the same few signs: an amount far above the usual, many pieces of one product (which sell well second
 * hand), a destination that the shop rarely serves or that cannot be found, and many orders in a short time ("velocity").
 */

/** Scores from here on are looked at by a person, and declined from the second on. */
const REVIEW_LINE = 500;
const DECLINE_LINE = 900;

/** Amounts in cents. */
const LARGE_MINOR = 100_000;
const VERY_LARGE_MINOR = 1_000_000;
const MANY_PIECES = 20;
/** Orders of one customer within {@link VELOCITY_HOURS}, this one included. */
const MANY_ORDERS = 5;
/** How far back orders count. */
export const VELOCITY_HOURS = 24;
/** Where the shop is at home. */
const HOME = 'US';
const ZIP_CODE = /^\d{5}(-\d{4})?$/;

/** What is judged. */
interface Order {
  readonly amountMinor: number;
  readonly pieces: readonly number[];
  readonly country: string;
  readonly postalCode: string;
  /** Orders of the customer within {@link VELOCITY_HOURS}, this one included. */
  readonly recentOrders: number;
}

/** What the rule says. */
interface Judgement {
  readonly verdict: 'approved' | 'review' | 'declined';
  /** 0 to 1000. */
  readonly score: number;
  /** Heaviest first. */
  readonly reasons: readonly string[];
}

interface Sign {
  readonly reason: string;
  readonly weight: number;
  readonly seen: (order: Order) => boolean;
}

const SIGNS: readonly Sign[] = [
  { reason: 'very-large-amount', weight: 600, seen: ({ amountMinor }) => amountMinor >= VERY_LARGE_MINOR },
  { reason: 'many-orders', weight: 500, seen: ({ recentOrders }) => recentOrders >= MANY_ORDERS },
  {
    reason: 'unknown-postal-code',
    weight: 400,
    seen: ({ country, postalCode }) => country === HOME && !ZIP_CODE.test(postalCode),
  },
  { reason: 'many-pieces', weight: 300, seen: ({ pieces }) => pieces.some((quantity) => quantity >= MANY_PIECES) },
  {
    reason: 'large-amount',
    weight: 300,
    seen: ({ amountMinor }) => amountMinor >= LARGE_MINOR && amountMinor < VERY_LARGE_MINOR,
  },
  { reason: 'far-destination', weight: 250, seen: ({ country }) => country !== HOME },
];

/** Judges an order by the sum of its signs. */
export function judge(order: Order): Judgement {
  const seen = SIGNS.filter((sign) => sign.seen(order)).sort((a, b) => b.weight - a.weight);
  const score = Math.min(
    seen.reduce((sum, { weight }) => sum + weight, 0),
    1_000,
  );
  return { verdict: verdictOf(score), score, reasons: seen.map(({ reason }) => reason) };
}

function verdictOf(score: number): Judgement['verdict'] {
  if (score >= DECLINE_LINE) return 'declined';
  return score >= REVIEW_LINE ? 'review' : 'approved';
}
