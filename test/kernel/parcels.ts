/** Parcels under test: starts them, speaks to them, looks at them, and proves the records of each in the end. */
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { loadJournal, verifyEntity } from '../../records/verify.js';
import type { Actor, Entry, EntityState, Envelope, ReviewTask } from '../../workflows/lifecycle/entry.js';
import type { KernelMessages } from '../../workflows/lifecycle/kernel-messages.js';
import type { Answer } from '../../workflows/lifecycle/message.js';
import { message } from '../lifecycles/support/messages.js';
import { parcelBundle, World } from '../model/world.js';
import type { ParcelMessages, ParcelNotice } from '../model/parcel/messages.js';
import type { ParcelState } from '../model/parcel/states.js';
import { eventually } from '../support/eventually.js';
import { journalInHistory } from '../support/history.js';
import { answered } from './patience.js';

type Everything = ParcelMessages & KernelMessages;

export const staff = (id: string): Actor => ({ kind: 'staff', id, authenticated: 'token' });
export const ANNA = staff('anna');
export const BERT = staff('bert');
export const CARLA = staff('carla');

/**
 * One world for a file of tests; after each test the journals of its parcels are proven.
 * @param each one world for each test: a query or update that this server lost in a continue-as-new may keep it from ever
 *   skipping time again.
 */
export function useParcels({ each = false } = {}): Parcels {
  const parcels = new Parcels();
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(() => parcels.begin());
  // Hooks run in reverse order: proven before it ends.
  after(() => parcels.end());
  afterEach(() => parcels.prove());
  return parcels;
}

export class Parcels {
  private made: Parcel[] = [];
  private given: World | undefined;
  private count = 0;

  get world(): World {
    if (!this.given) throw new Error('the world has not begun');
    return this.given;
  }

  async begin(): Promise<void> {
    this.given = await World.begin(await parcelBundle(), { cached: true });
  }

  async end(): Promise<void> {
    await this.given?.end();
  }

  /** Starts a parcel. `runs`: it continues as new after that many events. */
  async send(notice: Partial<ParcelNotice> = {}, runs?: number): Promise<Parcel> {
    const parcel = new Parcel(this.world, `P-${++this.count}${runs === undefined ? '' : `-r${runs}`}`);
    await parcel.start({ pieces: 1, duty: 0, forbidden: false, ...notice });
    this.made.push(parcel);
    return parcel;
  }

  async prove(): Promise<void> {
    for (const parcel of this.made.splice(0)) await parcel.prove();
  }
}

export class Parcel {
  readonly workflowId: string;

  constructor(
    private readonly world: World,
    readonly id: string,
  ) {
    this.workflowId = `parcel/${id}`;
  }

  private get handle(): WorkflowHandle {
    return this.world.client.workflow.getHandle(this.workflowId);
  }

  async start(notice: Omit<ParcelNotice, 'parcelId'>): Promise<void> {
    this.world.parcels.expect(this.id, { notice, trouble: 'none', prompt: false });
    await this.world.client.workflow.start('parcel', {
      workflowId: this.workflowId,
      taskQueue: 'throughline-parcel',
      args: [message(this.workflowId, { ...notice, parcelId: this.id }, { messageId: 'submit' })],
    });
  }

  /** A signal of a service. */
  async tell<Name extends keyof Everything>(name: Name, data: Everything[Name], given: Partial<Envelope> = {}) {
    await this.handle.signal(name, message(this.workflowId, data, given));
  }

  /** An update; how it was answered, or the code with which it was refused. */
  async ask<Name extends keyof Everything>(
    name: Name,
    data: Everything[Name],
    actor: Actor = ANNA,
    given: Partial<Envelope> = {},
  ): Promise<Answer | string> {
    const args: [unknown] = [message(this.workflowId, data, { actor, ...given })];
    try {
      return await answered(this.world.client, () => this.handle.executeUpdate<Answer, [unknown]>(name, { args }));
    } catch (err) {
      if (!(err instanceof WorkflowUpdateFailedError && err.cause instanceof ApplicationFailure)) throw err;
      const [answer] = err.cause.details ?? [];
      return err.cause.type === 'MessageRejected' ? String((answer as Answer).code) : String(err.cause.type);
    }
  }

  state(): Promise<EntityState> {
    return answered(this.world.client, () => this.handle.query<EntityState>('status'));
  }

  /** Waits, without letting time pass, until the parcel is as expected and all of it is on record. */
  async is(holds: (state: EntityState) => boolean): Promise<EntityState> {
    await eventually(() => this.state(), holds);
    await this.journal();
    return this.state();
  }

  reaches(state: ParcelState): Promise<EntityState> {
    return this.is((seen) => seen.state === state);
  }

  /** The open review task, and its id. */
  async task(): Promise<readonly [string, ReviewTask]> {
    const [first] = Object.entries((await this.state()).reviews);
    if (!first) throw new Error(`${this.id} has no open task`);
    return first;
  }

  result(): Promise<unknown> {
    return this.handle.result();
  }

  async runs(): Promise<number> {
    const runs = new Set<string>();
    for await (const { run_id: runId } of loadJournal(this.world.db, 'parcel', this.id)) runs.add(runId);
    return runs.size;
  }

  /** All that has been decided so far; an answer may come before its entry is on record. */
  async journal(): Promise<Entry[]> {
    const { sequence } = await this.state();
    return eventually(
      () => this.written(),
      (entries) => entries.length >= sequence,
    );
  }

  private async written(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const { entry } of loadJournal(this.world.db, 'parcel', this.id)) entries.push(entry);
    return entries;
  }

  /** Gap-free, chain valid, and equal to what the histories of its runs hold. */
  async prove(): Promise<void> {
    const { sequence } = await this.state();
    const journal = await eventually(
      () => this.written(),
      (entries) => entries.length === sequence,
    );
    const runs = new Set<string>();
    for await (const { run_id: runId } of loadJournal(this.world.db, 'parcel', this.id)) runs.add(runId);
    const events = await Promise.all(
      [...runs].map(async (runId) => {
        const history = await this.world.client.workflow.getHandle(this.workflowId, runId).fetchHistory();
        return history.events ?? [];
      }),
    );
    expect(journal, this.id).toEqual(journalInHistory({ events: events.flat() }));
    expect(await verifyEntity(this.world.db, 'parcel', this.id), this.id).toEqual([]);
  }
}
