/** Everything that is needed to decide a review task, in one answer. */
import { Injectable } from '@nestjs/common';
import { UnknownEntity } from '../client/errors.js';
import type { EvidenceView } from '../client/console-views.js';
import type { ReviewCase } from '../client/work-views.js';
import { cutValue } from '../records/audience.js';
import type { EntityRecord } from '../records/entity-record.js';
import { notesOf } from '../records/notes.js';
import { questions } from '../records/questions.js';
import type { Asker } from './asker.js';
import { summary } from './entity-summary.js';
import { evidenceOf } from './evidence.js';
import { cutRecord } from './explain-audience.js';
import { questionView } from './question-view.js';
import { Records } from './records.js';
import { ReviewTasks } from './review-tasks.js';

@Injectable()
export class ReviewCases {
  constructor(
    private readonly records: Records,
    private readonly tasks: ReviewTasks,
  ) {}

  /** @throws UnknownTask */
  async of(taskId: string, asker: Asker): Promise<ReviewCase> {
    const task = await this.tasks.one(taskId, asker);
    const { lifecycle, id } = task;
    const [record, notes, asked] = await Promise.all([
      this.record(lifecycle, id),
      this.records.write((db) => notesOf(db, lifecycle, id)),
      this.records.write((db) => questions(db, { taskId })),
    ]);
    return {
      task,
      entity: summary(record, asker),
      evidence: await this.evidenceOf(record, asker),
      notes,
      questions: asked.map((question) => questionView(question)),
    };
  }

  /** @throws UnknownEntity */
  async evidence(lifecycle: string, id: string, asker: Asker): Promise<EvidenceView> {
    return this.evidenceOf(await this.record(lifecycle, id), asker);
  }

  private async evidenceOf(whole: EntityRecord, asker: Asker): Promise<EvidenceView> {
    const { lifecycle, id } = whole;
    const audience = asker.audienceOf(lifecycle);
    const findings = await this.records.read((reader) => reader.findings({ lifecycle, id, includeResolved: true }));
    return evidenceOf(cutRecord(audience, whole), cutValue(audience, findings));
  }

  private async record(lifecycle: string, id: string): Promise<EntityRecord> {
    const record = await this.records.read((reader) => reader.getEntity(lifecycle, id));
    if (record) return record;
    throw new UnknownEntity(lifecycle, id);
  }
}
