/** More messages than one run of Temporal may take: the entity goes on in the next run before the limit is met. */
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { useFleet } from './support/fleet.js';
import type { Answer } from '../../workflows/lifecycle/message.js';
import { eventually } from '../support/eventually.js';
import { message, REVIEWER } from './support/messages.js';

/** Temporal's own limit is 2,000; it suggests to continue as new at nine tenths of it. */
const MOST = 40;
const SENT = 90;
/** Fewer than the ten that may be under way at a time, so that what is refused is refused for the total alone. */
const AT_ONCE = 6;

/** Where the start stands in a trace, as a traced client leaves it with the run. */
const TRACE_HEADER = '_tracer-data';
const PLACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const traced: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    next({ ...input, headers: { ...input.headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload(PLACE) } }),
};

const fleet = useFleet({ server: 'development', mostUpdates: MOST, interceptors: [traced] });

test(
  'updates beyond the limit of a run are all applied, each once and in one journal',
  { timeout: 150_000 },
  async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    const { clocks } = await claim.state();
    const due = Date.parse(clocks['decision']?.dueAt ?? '');
    const answers: Answer[] = [];
    const numbers = Array.from({ length: SENT }, (_, i) => i + 1);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let n = numbers.shift(); n !== undefined; n = numbers.shift()) {
          const dueAt = new Date(due + n * 60_000).toISOString();
          const order = { clock: 'decision', dueAt, reasonCode: 'storm', reference: `BULLETIN-${n}` };
          const args: [unknown] = [message(claim.workflowId, order, { messageId: `move-${n}`, actor: REVIEWER })];
          // Whichever run is the current one. What a continue-as-new cut off is asked for again, as the client library does.
          const current = fleet.client.workflow.getHandle(claim.workflowId);
          answers.push(
            await eventually(() => current.executeUpdate<Answer, [unknown]>('moveClock', { args }), Boolean, 60_000),
          );
        }
      }),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array.from({ length: SENT }, () => 'applied'));
    await eventually(
      async () => (await claim.outcomes('moveClock')).filter((outcome) => outcome.startsWith('applied')),
      (applied) => applied.length === SENT,
    );
    const { runId, raw } = await fleet.client.workflow.getHandle(claim.workflowId).describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(runId);
    // Each run, and each of its activities, is told where the first was started.
    const runs = await placesIn(claim.workflowId, raw.workflowExecutionInfo?.firstRunId ?? '');
    expect(runs.slice(1).flat().length).toBeGreaterThan(runs.length - 1);
    for (const place of runs.flat()) expect(place).toEqual(PLACE);
  },
);

/** Of each run, from the first one on: what the header of its start says, and that of each activity. */
async function placesIn(workflowId: string, firstRunId: string): Promise<unknown[][]> {
  const runs: unknown[][] = [];
  let runId: string | null | undefined = firstRunId;
  while (runId) {
    const { events } = await fleet.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const told = (events ?? []).flatMap((event) => {
      const about = event.workflowExecutionStartedEventAttributes ?? event.activityTaskScheduledEventAttributes;
      return about ? [about.header?.fields?.[TRACE_HEADER]] : [];
    });
    runs.push(told.map((payload) => payload && defaultPayloadConverter.fromPayload(payload)));
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}
