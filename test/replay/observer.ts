/** Joins the workflow bundle of the replay test: reports every activity's arguments as they leave the kernel's interceptor. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

export interface ObserverSinks extends Sinks {
  observer: { scheduled(activityId: string, args: readonly string[]): void };
}

const { observer } = proxySinks<ObserverSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        // As the SDK's own converter writes them.
        observer.scheduled(
          String(input.seq),
          input.args.map((arg) => JSON.stringify(arg)),
        );
        return next(input);
      },
    },
  ],
});
