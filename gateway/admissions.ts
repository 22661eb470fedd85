/** Submissions on their way in: what is known of them, what they tie to, and the line of those that are started at a rate. */
import { Injectable } from '@nestjs/common';
import type { OpenCatastrophe } from '../client/catastrophe-routing.js';
import { ConflictingSubmission, Unreachable } from '../client/errors.js';
import { start, type LookUp, type Start } from '../client/start.js';
import type { Submitted, Surroundings } from '../client/submit.js';
import type { AdmissionView } from '../client/views.js';
import { findAdmission, queue, settle, takeTurn, type Admission } from '../records/admissions.js';
import { catastrophes } from '../records/catastrophes.js';
import type { EntityRecord } from '../records/entity-record.js';
import { Records } from './records.js';
import { Temporal } from './temporal.js';

/** Whom the submissions at this gateway ask. */
@Injectable()
export class Admissions implements Surroundings<unknown> {
  constructor(
    private readonly records: Records,
    private readonly temporal: Temporal,
  ) {}

  /** What is on record of a submission, or in line. One that can never be started is not known: whatever has its key is. */
  readonly lookUp: LookUp = async (lifecycle, id) => {
    const recorded = await this.records.read((reader) => reader.submission(lifecycle, id));
    if (recorded) return recorded;
    const place = await this.records.write((db) => findAdmission(db, lifecycle, id));
    if (!place || place.refused !== undefined) return undefined;
    const { contentHash, runId } = place;
    return {
      contentHash,
      closed: false,
      ...(runId === undefined ? { waiting: viewOf(place) } : { firstRunId: runId }),
    };
  };

  readonly openCatastrophes = (): Promise<readonly OpenCatastrophe[]> =>
    this.records.write((db) => catastrophes(db, { open: true }));

  /** Code of the catastrophe of an entity on record, while it is open; what comes back after that is everyday work. */
  async routeOf({ catastrophe }: Pick<EntityRecord, 'catastrophe'>): Promise<string | undefined> {
    if (catastrophe === undefined) return undefined;
    return (await this.openCatastrophes()).find(({ name }) => name === catastrophe)?.code;
  }

  /** The place in line of one that waits; undefined where it does not, or never did. */
  async waiting(lifecycle: string, id: string): Promise<AdmissionView | undefined> {
    const place = await this.records.write((db) => findAdmission(db, lifecycle, id));
    return place && place.runId === undefined && place.refused === undefined ? viewOf(place) : undefined;
  }

  /**
   * Puts an entity in line, which from then on cannot be lost, and starts it at once where it is the first and the rate allows.
   * @throws ConflictingSubmission
   */
  readonly admit = async (order: Start): Promise<Submitted> => {
    const { id, contentHash, submission, route: catastrophe = '' } = order;
    const lifecycle = order.lifecycle.name;
    const workflowId = order.lifecycle.workflowId(id);
    const started = await this.records.write((db) =>
      queue(db, { lifecycle, id, catastrophe, contentHash, submission }),
    );
    const place = await this.records.write((db) => findAdmission(db, lifecycle, id));
    if (!place || place.contentHash !== contentHash || place.refused !== undefined) {
      throw new ConflictingSubmission(lifecycle, id);
    }
    const firstRunId = place.runId ?? (await this.startInTurn(order, place));
    return { started, id, workflowId, ...(firstRunId === undefined ? { waiting: viewOf(place) } : { firstRunId }) };
  };

  /** @returns the first run; undefined where it is not its turn, or Temporal is away: the line is then seen to by the workers */
  private async startInTurn(order: Start, { position, catastrophe }: Admission): Promise<string | undefined> {
    const turn = await this.records.write((db) => takeTurn(db, catastrophe, position));
    if (!turn || !('waiting' in turn)) return undefined;
    try {
      const { firstRunId } = await start(this.temporal.client, this.lookUp, order);
      await this.records.write((db) => settle(db, position, { runId: firstRunId }));
      return firstRunId;
    } catch (err) {
      if (err instanceof Unreachable) return undefined;
      if (err instanceof ConflictingSubmission) {
        await this.records.write((db) => settle(db, position, { refused: err.type }));
      }
      throw err;
    }
  }
}

const viewOf = ({
  catastrophe,
  catastropheName: name,
  ahead,
  receivedAt,
  expectedAt,
  rate,
}: Admission): AdmissionView => ({
  catastrophe,
  name,
  ahead,
  since: receivedAt,
  expectedAt,
  rate,
});
