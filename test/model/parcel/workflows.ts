/** The bundle root where only parcels are played: it is made anew for each planted fault. */
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import { parcelSpec } from './workflow.js';

export const parcel = lifecycleWorkflow(parcelSpec);
export const interceptors = kernelInterceptors([parcelSpec]);
