/** Dependencies, faults and catastrophes, as schemas. */
import { z } from 'zod';
import type {
  AttachableView,
  CatastropheBoard,
  CatastropheChanged,
  CatastropheView,
} from '../../client/catastrophes.js';
import type { DependencyChanged, DependencyView } from '../../client/dependencies.js';
import type { FaultsView } from '../../client/faults.js';
import { faultSwitch, faultsView } from '../../events/faults.js';
import { amounts, at, page, whole, who } from './common.js';

const count = z.int().min(0);

const dependency = z
  .object({
    name: z.string(),
    status: z.enum(['up', 'paused', 'failing']),
    since: at.exactOptional(),
    reason: z.string().exactOptional(),
    note: z.string().exactOptional(),
    actor: who.exactOptional(),
    lastFailure: z.object({ type: z.string(), message: z.string() }).exactOptional(),
    deferred: count,
  })
  .meta({ id: 'Dependency' }) satisfies z.ZodType<DependencyView>;

export const dependencies = whole(dependency);

export const dependencyChanged = z.object({
  changed: z.boolean(),
  dependency,
}) satisfies z.ZodType<DependencyChanged>;

export const faults = z
  .object({
    ...faultsView.shape,
    seed: z.int().exactOptional().describe('With the same seed the same calls meet the same faults'),
    allowed: z.boolean().describe('Whether the services take any'),
    remedy: z.string().exactOptional().describe('Where not: what to do where they are wanted'),
    badDay: z.array(faultSwitch).readonly().describe('Switches that make a bad day, which a system must bear'),
  })
  .meta({ id: 'Faults' }) satisfies z.ZodType<FaultsView>;

const catastrophe = z
  .object({
    code: z.string(),
    name: z.string(),
    from: z.string(),
    to: z.string(),
    states: z.array(z.string()).readonly(),
    zips: z.array(z.string()).readonly(),
    bulletin: z.string(),
    rate: z.number().nullable(),
    declaredBy: who,
    declaredAt: at,
    closedBy: who.exactOptional(),
    closedAt: at.exactOptional(),
  })
  .meta({ id: 'Catastrophe' }) satisfies z.ZodType<CatastropheView>;

export const catastropheList = whole(catastrophe);

export const catastropheChanged = z.object({
  changed: z.boolean(),
  catastrophe,
}) satisfies z.ZodType<CatastropheChanged>;

const counts = { received: count, inspected: count, paid: count, open: count };

export const catastropheBoard = z
  .object({
    ...counts,
    catastrophe,
    asOf: at,
    line: z.object({
      waiting: count,
      since: at.exactOptional(),
      lastAt: at.exactOptional(),
      starting: count,
      refused: count,
    }),
    openOver30Days: count,
    unpaid: z.array(z.object({ outcome: z.string(), reasons: z.array(z.string()).readonly(), count })).readonly(),
    amounts: z.array(amounts).readonly(),
    byZip: z.array(z.object({ ...counts, zip: z.string() })).readonly(),
    byAdjuster: z.array(z.object({ ...counts, adjuster: z.string() })).readonly(),
  })
  .meta({ id: 'CatastropheBoard' }) satisfies z.ZodType<CatastropheBoard>;

export const attachable = z.object({
  count,
  closed: count,
  amounts: z.array(amounts).readonly(),
}) satisfies z.ZodType<AttachableView>;

export const attachableClaims = page(z.object({ lifecycle: z.string(), id: z.string() }));
