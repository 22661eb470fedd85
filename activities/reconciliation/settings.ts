/** What the environment says of reconciliation, checked once at start-up. */
import { z } from 'zod';
import { PROFILES } from '../../workflows/lifecycle/definition.js';
import { PAIRS, type Pair } from '../../workflows/reconciliation/pairs.js';

/** Settings of reconciliation. A class, so that NestJS can inject it. */
export class ReconciliationSettings {
  /** How long two sides may disagree before it is a finding, in milliseconds: what is merely in flight is none. */
  readonly graceMs!: number;
  /** How often each pair is compared, in milliseconds. */
  readonly everyMs!: Readonly<Record<Pair, number>>;
}

/** The least grace of entities whose time runs faster: so long a callback may take whatever the entity's profile. */
const LEAST_GRACE_MS = 10_000;

const every = 'seconds from 10 on, for all pairs and, by name, for some: 300,orders-payments=60';

const environment = z.object({
  THROUGHLINE_RECONCILE_GRACE_S: z.coerce
    .number({ error: 'seconds, from 0 on: how long two sides may disagree' })
    .min(0, 'seconds, from 0 on: how long two sides may disagree')
    .default(180),
  THROUGHLINE_RECONCILE_EVERY_S: z
    .string()
    .default('300')
    .transform((text, context) => {
      const seconds = new Map<string, number>();
      for (const item of text.split(',')) {
        const [, pair = 'all', number = ''] = /^\s*(?:([a-z-]+)=)?(\d+)\s*$/.exec(item) ?? [];
        const known = pair === 'all' || (PAIRS as readonly string[]).includes(pair);
        if (!known || Number(number) < 10) context.addIssue({ code: 'custom', message: every });
        seconds.set(pair, Number(number));
      }
      const all = seconds.get('all') ?? 300;
      return Object.fromEntries(PAIRS.map((pair) => [pair, (seconds.get(pair) ?? all) * 1_000])) as Record<
        Pair,
        number
      >;
    }),
});

/** @throws Error that names each variable that is wrong, and what it must be */
export function reconciliationSettings(env: NodeJS.ProcessEnv): ReconciliationSettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`);
    throw new Error(`reconciliation cannot be set up; set these environment variables:\n  ${faults.join('\n  ')}`);
  }
  return {
    graceMs: read.data.THROUGHLINE_RECONCILE_GRACE_S * 1_000,
    everyMs: read.data.THROUGHLINE_RECONCILE_EVERY_S,
  };
}

/** The grace period of an entity, in milliseconds; shorter where its time runs faster. */
export function graceOf(graceMs: number, profile: string | undefined): number {
  const scale = PROFILES[(profile ?? 'standard') as keyof typeof PROFILES] ?? 1;
  return Math.min(graceMs, Math.max(graceMs * scale, LEAST_GRACE_MS));
}
