/**
 * Looks after what waits, once a second, in one process of those that play the role `records`: probes the gates of dependencies that
 * closed by themselves, tells the entities that wait when one is up again, and starts submissions whose turn has come.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { HealthSettings } from '../activities/health/settings.js';
import { ServiceClient } from '../activities/http.js';
import { list, restore } from '../records/dependencies.js';
import { openDatabase } from '../records/pool.js';
import { RecordsReader } from '../records/reader.js';
import type { Envelope } from '../workflows/lifecycle/entry.js';
import { lineOnRecord } from './admissions.js';
import { Admitter } from './admitter.js';
import { Leadership } from './leadership.js';
import { POOL } from './pool.js';
import { Prober } from './prober.js';
import { Resumer, type Deferred, type Restored } from './resumer.js';

const TICK_MS = 1_000;
/** How long Temporal may take to accept a signal, in milliseconds. */
const SIGNAL_TIMEOUT_MS = 5_000;

@Injectable()
export class Gatekeeper {
  private readonly logger = new Logger(Gatekeeper.name);
  private readonly db;
  private readonly leadership: Leadership;
  private readonly prober: Prober;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(POOL) pool: Pool,
    services: ServiceClient,
    private readonly settings: HealthSettings,
  ) {
    this.db = openDatabase(pool);
    this.leadership = new Leadership(pool, 'throughline gatekeeper');
    this.prober = new Prober((dependency) => services.ready(dependency, this.stopping.signal));
  }

  /** Begins; failures of database and Temporal are logged once, and what they prevented is done when they are over. */
  start(temporal: Client): void {
    const reader = new RecordsReader(this.db);
    const resumer = new Resumer(
      {
        deferredOn: (dependency, limit) => reader.deferredOn(dependency, limit),
        tell: (entity, restored) => tell(temporal, entity, restored),
      },
      this.settings.resumesPerSecond,
    );
    this.running = this.run(resumer, new Admitter(lineOnRecord(this.db, temporal)));
  }

  /** Lets what is under way end, and another process take over. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.leadership.resign();
  }

  private async run(resumer: Resumer, admitter: Admitter): Promise<void> {
    const { signal } = this.stopping;
    for (let well = true; !signal.aborted;) {
      const startedAt = Date.now();
      try {
        if (await this.leadership.held()) await this.lookAfter(resumer, admitter);
        well = true;
      } catch (err) {
        if (well)
          this.logger.warn(
            `gates and admissions cannot be looked after for now: ${err instanceof Error ? err.message : String(err)}`,
          );
        well = false;
      }
      await pause(Math.max(0, startedAt + TICK_MS - Date.now()), undefined, { signal }).catch(() => undefined);
    }
  }

  private async lookAfter(resumer: Resumer, admitter: Admitter): Promise<void> {
    const gates = await list(this.db);
    const failing = gates.filter(({ status }) => status === 'failing').map(({ name }) => name);
    const up = gates.filter(({ status }) => status === 'up').map(({ name, since }) => ({ dependency: name, since }));
    const outcomes = await Promise.allSettled([
      this.restoreThoseReady(failing),
      resumer.tellSome(up, this.stopping.signal),
      admitter.admitSome(this.stopping.signal),
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async restoreThoseReady(failing: readonly string[]): Promise<void> {
    for (const name of await this.prober.probe(failing)) {
      if (await restore(this.db, { name })) this.logger.log(`${name} is ready again: its gate is up`);
    }
  }
}

async function tell(temporal: Client, { lifecycle, id }: Deferred, { dependency, since }: Restored): Promise<void> {
  const envelope: Envelope = {
    entityId: id,
    messageId: `resumed:${dependency}:${since}`,
    occurredAt: new Date().toISOString(),
    source: '/workers/gatekeeper',
    actor: { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' },
    schemaVersion: 1,
  };
  const run = temporal.workflow.getHandle(`${lifecycle}/${id}`);
  try {
    await temporal.withDeadline(Date.now() + SIGNAL_TIMEOUT_MS, () =>
      run.signal('dependencyResumed', { envelope, data: { dependency } }),
    );
  } catch (err) {
    // Its run was ended from outside while it waited; reconciliation finds that.
    if (!(err instanceof WorkflowNotFoundError)) throw err;
  }
}
