/** Every migration by name, in the order of the names. One that has shipped never changes: add another. */
import type { Migration } from 'kysely';
import { initial } from './0001-initial.js';
import { kernel } from './0002-kernel.js';
import { catastrophe } from './0003-catastrophe.js';
import { compensations } from './0004-compensations.js';
import { reconciliation } from './0005-reconciliation.js';
import { relay } from './0006-relay.js';
import { audit } from './0007-audit.js';
import { views } from './0008-views.js';
import { telemetry } from './0009-telemetry.js';
import { leases } from './0010-leases.js';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-kernel': kernel,
  '0003-catastrophe': catastrophe,
  '0004-compensations': compensations,
  '0005-reconciliation': reconciliation,
  '0006-relay': relay,
  '0007-audit': audit,
  '0008-views': views,
  '0009-telemetry': telemetry,
  '0010-leases': leases,
};
