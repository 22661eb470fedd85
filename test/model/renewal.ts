/**
 * Continue-as-new where a test wants it: the server of these tests never suggests it. An entity whose id ends with `-r<n>` is
 * suggested to as soon as its run has got n messages. They are counted because a replay counts the same; what this server says of a
 * history's length is not what a replay finds.
 */
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

type Suggestible = { -readonly [K in keyof Pick<ReturnType<typeof workflowInfo>, 'continueAsNewSuggested'>]: boolean };

/** One set per workflow execution: module state is private to it. */
let messages = 0;

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate(input, next) {
        const [, most] = /-r(\d+)$/.exec(workflowInfo().workflowId) ?? [];
        messages += (input.activation.jobs ?? []).filter(({ signalWorkflow, doUpdate }) => signalWorkflow ?? doUpdate).length;
        if (most !== undefined && messages >= Number(most)) {
          (workflowInfo() as Suggestible).continueAsNewSuggested = true;
        }
        next(input);
      },
    },
  ],
});
