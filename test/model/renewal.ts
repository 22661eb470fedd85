/**
 * Continue-as-new where a test wants it: the server of these tests never suggests it. An entity whose id ends with `-r<n>` is
 * suggested to as soon as its run has more than n events; a pure function of the run, so that a replay is suggested to alike.
 */
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

type Suggestible = { -readonly [K in keyof Pick<ReturnType<typeof workflowInfo>, 'continueAsNewSuggested'>]: boolean };

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate(input, next) {
        const { workflowId, historyLength } = workflowInfo();
        const [, most] = /-r(\d+)$/.exec(workflowId) ?? [];
        if (most !== undefined && historyLength > Number(most)) {
          (workflowInfo() as Suggestible).continueAsNewSuggested = true;
        }
        next(input);
      },
    },
  ],
});
