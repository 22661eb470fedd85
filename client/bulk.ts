/** What every order for many entities keeps to, whoever carries it out: command line or gateway. */
import { digest } from '../workflows/lifecycle/canonical.js';

const DAY_MS = 86_400_000;

/**
 * The id that an order's messages bear. It is made from the order, so that an entity obeys the same order once, also where it is
 * interrupted and repeated.
 * @param order JSON; another order is one that differs in anything
 */
export const bulkMessageId = (order: unknown): string => `bulk:${digest(order)}`;

/** A due that is so many days later, or earlier below zero. */
export const shifted = (dueAt: string, days: number): string =>
  new Date(Date.parse(dueAt) + days * DAY_MS).toISOString();
