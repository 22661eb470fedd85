/** Joins the workflow bundle of a replay: reports every activity's arguments as they leave the kernel's interceptor. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** What the replay injects. */
export interface ObserverSinks extends Sinks {
  /** @param args each as the JSON that the payload converter makes of it, empty for `undefined` */
  observer: { scheduled(activityId: string, args: readonly string[]): void };
}

const { observer } = proxySinks<ObserverSinks>();

/** Goes after the interceptors of the workflows, so that it sees what they hand on. */
export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        // Without a type: for `undefined` it is undefined.
        const said = input.args.map((arg) => (JSON.stringify(arg) as string | undefined) ?? '');
        observer.scheduled(String(input.seq), said);
        return next(input);
      },
    },
  ],
});
