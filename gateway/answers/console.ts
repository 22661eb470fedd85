/** Overview, lifecycles, saved views, the work on reviews and the fleet, as schemas. */
import { z } from 'zod';
import { amounts, at, whole, who } from './common.js';
import { entityPage, finding, review } from './entities.js';

const count = z.int().min(0);
const optionalText = z.string().exactOptional();
const texts = z.array(z.string()).readonly();
const schema = z.looseObject({}).describe('A JSON Schema');
const entitySummary = entityPage.shape.items.unwrap().element;

const totals = { open: count, closedToday: count, overdue: count, late: count, attention: count };

const queueFields = {
  queue: z.string(),
  open: count,
  overdue: count,
  dueToday: count,
  unassigned: count,
  parked: count,
  questions: count,
  oldestSince: at.exactOptional(),
};

const closedDependency = z.object({
  name: z.string(),
  status: z.enum(['paused', 'failing']),
  since: at,
  reason: z.string(),
  by: optionalText,
  lastFailure: optionalText,
});

export const overview = z
  .object({
    asOf: at,
    totals: z.object(totals),
    lifecycles: z
      .array(
        z.object({
          lifecycle: z.string(),
          totals: z.object(totals),
          states: z
            .array(
              z.object({
                state: z.string(),
                count,
                overdue: count,
                late: count,
                attention: count,
                age: z.object({ medianMs: count, p95Ms: count }).exactOptional(),
                entries: z.array(count).length(24).readonly().describe('Of the last 24 hours, the oldest first'),
              }),
            )
            .readonly(),
        }),
      )
      .readonly(),
    reviews: z.array(z.object(queueFields)).readonly(),
    findings: z.object({ open: count, overdue: count, byKind: z.record(z.string(), count) }),
    closedDependencies: z.array(closedDependency).readonly(),
    catastrophes: z.array(z.object({ code: z.string(), name: z.string(), open: count })).readonly(),
  })
  .meta({ id: 'Overview' });

const message = {
  message: z.string(),
  label: z.string(),
  means: z.string(),
  kind: z.enum(['signal', 'update']),
  schema,
};

/** The parts of the table are as in client/lifecycle-views.ts. */
export const lifecycle = z
  .object({
    lifecycle: z.string(),
    version: z.int(),
    versions: z.array(z.object({ version: z.int(), firstSeen: at })).readonly(),
    initial: z.string(),
    states: z.array(z.looseObject({ state: z.string(), means: z.string(), owner: z.string() })).readonly(),
    edges: z
      .array(
        z.object({
          from: z.string(),
          to: z.string(),
          triggers: z
            .array(
              z.object({
                kind: z.enum(['answer', 'deadline', 'failure', 'clock', 'reopening']),
                name: optionalText,
              }),
            )
            .readonly(),
        }),
      )
      .readonly(),
    parts: z.record(z.string(), z.record(z.string(), texts)),
    clocks: z.array(z.looseObject({ clock: z.string(), means: z.string() })).readonly(),
    holds: z.record(z.string(), z.looseObject({ means: z.string() })),
    expectations: z.record(z.string(), z.looseObject({ what: z.string(), from: z.string() })),
    compensations: z.record(z.string(), z.looseObject({ means: z.string() })),
    queues: texts,
    messages: z.array(z.looseObject(message)).readonly(),
    notice: schema,
  })
  .meta({ id: 'Lifecycle' });

export const lifecycles = whole(lifecycle);

export const consoleSettings = z.object({
  version: z.string(),
  temporal: z.object({ namespace: z.string(), ui: optionalText }),
});

export const savedViews = whole(
  z
    .object({
      view: z.string(),
      title: z.string(),
      means: z.string(),
      lifecycle: z.string(),
      of: z.enum(['entities', 'reviews']),
      filter: z.looseObject({ lifecycle: z.string() }).describe('The query of that list'),
      count,
      amounts: z.array(amounts).readonly(),
    })
    .meta({ id: 'SavedView' }),
);

export const messages = whole(
  z
    .object({
      message: z.string(),
      messageId: z.string(),
      source: z.string(),
      outcome: z.enum(['applied', 'held', 'duplicate', 'late', 'rejected', 'stray']),
      reason: optionalText,
      occurredAt: z.string().exactOptional(),
      receivedAt: at,
      sequence: count.exactOptional(),
      actor: who.exactOptional(),
    })
    .meta({ id: 'MessageLine' }),
);

export const evidence = z
  .object({
    documents: z.array(z.object({ document: z.string(), receivedAt: at.exactOptional() })).readonly(),
    letters: z
      .array(z.object({ letter: z.string(), dispatchedAt: z.string().exactOptional(), reference: optionalText }))
      .readonly(),
    payments: z.array(z.looseObject({ state: z.string() })).readonly(),
    amounts: amounts.exactOptional(),
    facts: z.record(z.string(), z.unknown()),
    findings: z.array(finding).readonly(),
  })
  .meta({ id: 'Evidence' });

export const actions = z
  .object({
    lifecycle: z.string(),
    id: z.string(),
    state: z.string(),
    sequence: count,
    items: z
      .array(
        z.object({
          ...message,
          key: z.string(),
          group: z.enum(['review', 'decision', 'clock', 'hold', 'correction', 'message']),
          preset: z.record(z.string(), z.unknown()),
          target: optionalText,
          needsReason: z.boolean(),
          mayNeedSecondPerson: z.boolean(),
          allowed: z.boolean(),
          refusal: z.object({ code: z.string(), sentence: z.string() }).exactOptional(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Actions' });

export const reviewTotals = z.object({ tasks: count, overdue: count, amounts: z.array(amounts).readonly() });

export const inbox = whole(z.object({ ...queueFields, amounts: z.array(amounts).readonly() }));

export const workload = whole(
  z.object({
    person: z.string(),
    open: count,
    overdue: count,
    dueToday: count,
    parked: count,
    amounts: z.array(amounts).readonly(),
    delegate: optionalText,
  }),
);

export const note = z
  .object({
    ref: z.string(),
    at,
    by: z.string(),
    text: optionalText,
    sequence: count,
    with: z.string(),
  })
  .meta({ id: 'Note' });

export const notes = whole(note);

export const question = z
  .object({
    questionId: z.string(),
    taskId: z.string(),
    lifecycle: z.string(),
    id: z.string(),
    queue: z.string(),
    askedBy: z.string(),
    askedAt: at,
    dueAt: at.exactOptional(),
    overdue: z.boolean(),
    question: optionalText,
    status: z.enum(['open', 'answered', 'withdrawn']),
    answeredBy: optionalText,
    answeredAt: at.exactOptional(),
    answer: optionalText,
  })
  .meta({ id: 'Question' });

export const questionList = whole(question);

export const delegation = z
  .object({
    delegationId: z.string(),
    from: z.string(),
    to: z.string(),
    since: z.string(),
    until: z.string(),
    active: z.boolean(),
    grantedBy: z.string(),
  })
  .meta({ id: 'Delegation' });

export const delegationList = whole(delegation);

export const reviewCase = z
  .object({
    task: review,
    entity: entitySummary,
    evidence,
    notes: z.array(note).readonly(),
    questions: z.array(question).readonly(),
  })
  .meta({ id: 'ReviewCase' });

export const bulkPreview = z.object({
  order: z.string(),
  targets: z
    .array(
      z.object({
        taskId: z.string(),
        lifecycle: z.string(),
        id: z.string(),
        state: z.string(),
        assignee: optionalText,
        dueAt: at.exactOptional(),
        newDueAt: at.exactOptional(),
        skipped: optionalText,
      }),
    )
    .readonly(),
  affected: count,
  amounts: z.array(amounts).readonly(),
});

export const bulkReport = z.object({
  done: count,
  refused: z.array(z.object({ taskId: z.string(), code: z.string(), sentence: z.string() })).readonly(),
});

const pillar = {
  status: z.enum(['up', 'down']),
  answeredInMs: count.exactOptional(),
  version: optionalText,
  failure: optionalText,
  figures: z.record(z.string(), z.number()),
};

export const fleet = z
  .object({
    asOf: at,
    workers: z
      .array(
        z.object({
          identity: z.string(),
          queues: texts,
          seenAt: at,
          buildId: optionalText,
          deployment: optionalText,
        }),
      )
      .readonly(),
    queues: z
      .array(
        z.object({
          queue: z.string(),
          kind: z.enum(['workflow', 'activity']),
          backlog: count,
          oldestMs: count,
          pollers: count,
          role: z.string(),
          unattended: z.boolean(),
        }),
      )
      .readonly(),
    deployments: z.array(z.object({ deployment: z.string(), version: z.string(), current: z.boolean() })).readonly(),
    temporal: z.object(pillar),
    database: z.object({ ...pillar, applications: z.record(z.string(), count).exactOptional() }),
    broker: z
      .object({
        ...pillar,
        kind: z.string(),
        subscriptions: z
          .array(
            z.object({
              subscription: z.string(),
              waiting: count,
              oldestSeconds: z.number().exactOptional(),
              parked: count,
            }),
          )
          .readonly(),
      })
      .exactOptional(),
    outbox: z.object({ waiting: count, refused: count, parked: count, lagMs: count }),
    versions: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Fleet' });
