/**
 * A small lifecycle with a change to its flow: what is ordered is inspected before it is reserved. The change lies before the wait
 * in which a release meets running parcels, so code that makes it for them all does not fit their histories.
 */
import { proxyActivities } from '@temporalio/workflow';
import { defineLifecycle } from '../../../workflows/lifecycle/definition.js';
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { LifecycleSpec } from '../../../workflows/lifecycle/spec.js';

const UNBOUNDED = { unbounded: 'the test says when it goes on' };

export const parcelLifecycle = defineLifecycle({
  name: 'parcel',
  version: 1,
  initial: 'Ordered',
  states: {
    Ordered: {
      means: 'It is being put together.',
      to: ['Packed'],
      deadline: UNBOUNDED,
      waitsFor: 'the packing',
      owner: 'warehouse',
    },
    Packed: { means: 'It leaves the house.', to: ['Delivered'], deadline: UNBOUNDED, owner: 'carrier' },
    Delivered: { means: 'It has arrived.', to: [], terminal: true, owner: 'nobody' },
  },
  messages: {
    packed: { kind: 'signal', means: 'It is packed.', in: ['Ordered'], late: 'record' },
  },
});

type ParcelState = keyof typeof parcelLifecycle.states;

interface ParcelFacts {
  readonly inspected?: boolean;
  readonly packed?: boolean;
}

/** How a parcel ended. */
export interface ParcelResult {
  /** Whether it took the new way. */
  readonly inspected: boolean;
}

/** What the warehouse does; it only has to be called. */
export interface WarehouseActivities {
  inspect(input: { readonly parcelId: string }): Promise<void>;
  reserve(input: { readonly parcelId: string }): Promise<void>;
}

export const WAREHOUSE_TASK_QUEUE = 'throughline-warehouse';

const warehouse = proxyActivities<WarehouseActivities>({
  taskQueue: WAREHOUSE_TASK_QUEUE,
  startToCloseTimeout: '10 seconds',
});

/** @param inspects whether a parcel takes the new way; asked once for each, where the ways part */
export function release(inspects: () => boolean) {
  const spec: LifecycleSpec<
    ParcelState,
    ParcelFacts,
    { packed: Record<string, never> },
    { readonly parcelId: string },
    ParcelResult
  > = {
    lifecycle: parcelLifecycle,
    shapes: {
      submission: { type: 'object', required: ['parcelId'], properties: { parcelId: { type: 'string' } } },
      packed: { type: 'object' },
    },
    remedies: {},
    key: ({ parcelId }) => parcelId,
    born: () => ({}),
    steps: {
      Ordered: async (parcel) => {
        const inspected = inspects();
        if (inspected) await warehouse.inspect({ parcelId: parcel.id });
        await warehouse.reserve({ parcelId: parcel.id });
        await parcel.until(() => parcel.facts.packed === true);
        return { to: 'Packed', patch: { facts: { inspected } } };
      },
      Packed: async () => ({ to: 'Delivered' }),
      Delivered: async () => undefined,
    },
    effects: { packed: () => ({ apply: { facts: { packed: true } } }) },
    result: (parcel) => ({ inspected: parcel.facts.inspected === true }),
  };
  return { workflow: lifecycleWorkflow(spec), interceptors: kernelInterceptors([spec]) };
}
