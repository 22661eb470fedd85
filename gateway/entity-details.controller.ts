/** What stands beside an entity: its messages, what it is judged by, what the asker may do with it. */
import { Controller, Get, Param } from '@nestjs/common';
import type { EvidenceView, MessageLine, MessagesView } from '../client/console-views.js';
import { UnknownEntity } from '../client/errors.js';
import type { ActionsView } from '../client/lifecycle-views.js';
import { cutEntry } from '../records/audience.js';
import { messagesOf, straysOf, type Stray } from '../records/messages-of.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import { actionsOf } from './actions.js';
import * as answers from './answers/console.js';
import { Asker } from './asker.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { ReviewCases } from './review-cases.js';

/** Most messages that are told. */
const MOST_MESSAGES = 1000;

@Controller('api/entities/:lifecycle/:id')
export class EntityDetailsController {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly cases: ReviewCases,
  ) {}

  /** The newest first, those too that found no open run. */
  @Get('messages')
  @Operation({ summary: 'Its messages', may: ['viewer', 'service'], answers: { 200: answers.messages } })
  async messages(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Asker() { audience }: Asker,
  ): Promise<MessagesView> {
    this.lifecycles.get(lifecycle);
    const [entries, strays] = await Promise.all([
      this.records.write((db) => messagesOf(db, lifecycle, id, MOST_MESSAGES)),
      this.records.write((db) => straysOf(db, lifecycle, id, MOST_MESSAGES)),
    ]);
    if (entries.length === 0 && strays.length === 0) await this.requireKnown(lifecycle, id);
    const lines = [...entries.flatMap((entry) => onJournal(cutEntry(audience, entry))), ...strays.map(astray)];
    lines.sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : 0));
    return { items: lines.slice(0, MOST_MESSAGES) };
  }

  /** Documents, letters, payments, facts and findings. */
  @Get('evidence')
  @Operation({ summary: 'What it is judged by', may: ['viewer'], answers: { 200: answers.evidence } })
  evidence(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Asker() asker: Asker,
  ): Promise<EvidenceView> {
    this.lifecycles.get(lifecycle);
    return this.cases.evidence(lifecycle, id, asker);
  }

  /** What the asker may do with it now, and why not where not. */
  @Get('actions')
  @Operation({
    summary: 'What the asker may do with it now',
    may: ['viewer', 'service'],
    answers: { 200: answers.actions },
  })
  async actions(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Asker() asker: Asker,
  ): Promise<ActionsView> {
    const served = this.lifecycles.get(lifecycle);
    const record = await this.records.read((reader) => reader.getEntity(lifecycle, id));
    if (!record) throw new UnknownEntity(lifecycle, id);
    return actionsOf(served, record, asker);
  }

  private async requireKnown(lifecycle: string, id: string): Promise<void> {
    const known = await this.records.read((reader) => reader.submission(lifecycle, id));
    if (!known) throw new UnknownEntity(lifecycle, id);
  }
}

function onJournal({ sequence, message, reason, actor }: Entry): MessageLine[] {
  if (!message) return [];
  const { name, messageId, source, outcome, occurredAt, receivedAt } = message;
  return [
    {
      ...{ message: name, messageId, source, outcome, occurredAt, receivedAt, sequence, actor },
      ...(reason && { reason: reason.code }),
    },
  ];
}

const astray = ({ name = 'unknown', messageId, source, reason, receivedAt }: Stray): MessageLine => ({
  ...{ message: name, messageId, source, outcome: 'stray', reason, receivedAt },
});
