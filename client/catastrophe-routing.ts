/** Which declared catastrophe a new claim belongs to. */
import { z } from 'zod';
import type { CatastropheView } from './catastrophes.js';
import { Unreachable } from './errors.js';

/** What a submission needs to know of a catastrophe. */
export type OpenCatastrophe = Pick<CatastropheView, 'code' | 'name' | 'from' | 'to' | 'states' | 'zips' | 'rate'>;

/** When and where a loss was. */
export interface Loss {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly state: string;
  /** Five digits, or empty where it is not known. */
  readonly zip: string;
}

const notice = z.object({
  dateOfLoss: z.string(),
  property: z.object({ state: z.string(), postalCode: z.string() }),
  catastrophe: z.string().optional(),
});

/**
 * The open catastrophe that a notice belongs to: the one that it names, or the first declared of those that met its loss.
 * Undefined where there is none, and for notices that do not tell a date of loss and a property.
 */
export function catastropheOf(open: readonly OpenCatastrophe[], given: unknown): OpenCatastrophe | undefined {
  const told = notice.safeParse(given).data;
  if (!told) return undefined;
  const { dateOfLoss: date, property, catastrophe } = told;
  if (catastrophe !== undefined) return open.find(({ name }) => name === catastrophe);
  return open.find((one) => met(one, { date, state: property.state, zip: property.postalCode }));
}

/**
 * Whether a catastrophe met a loss: its period and its area hold it. A loss without ZIP code lies in no area that ZIP codes narrow
 * down. `records/catastrophes.ts` asks the same of claims on record.
 */
export function met({ from, to, states, zips }: OpenCatastrophe, { date, state, zip }: Loss): boolean {
  return from <= date && date <= to && states.includes(state) && (zips.length === 0 || zips.some(covers(zip)));
}

const covers =
  (zip: string) =>
  (pattern: string): boolean =>
    pattern.endsWith('*') ? zip !== '' && zip.startsWith(pattern.slice(0, -1)) : zip === pattern;

/** How long the open catastrophes are known for, in milliseconds: so long may a new declaration go unnoticed. */
const KNOWN_FOR_MS = 5_000;

/** The open catastrophes as they were some seconds ago; none while the gateway cannot be reached. */
export class KnownCatastrophes {
  private known: { readonly until: number; readonly open: Promise<readonly OpenCatastrophe[]> } | undefined;

  /** @param ask asks the gateway */
  constructor(private readonly ask: () => Promise<readonly OpenCatastrophe[]>) {}

  open(): Promise<readonly OpenCatastrophe[]> {
    if (!this.known || this.known.until < Date.now()) {
      this.known = { until: Date.now() + KNOWN_FOR_MS, open: this.asked() };
    }
    return this.known.open;
  }

  /** Asks anew with the next submission: something was declared or closed. */
  forget(): void {
    this.known = undefined;
  }

  private async asked(): Promise<readonly OpenCatastrophe[]> {
    try {
      return await this.ask();
    } catch (err) {
      // Claims must be taken in without the gateway too; they are everyday ones then, and can be attached later.
      if (err instanceof Unreachable) return [];
      this.forget();
      throw err;
    }
  }
}
