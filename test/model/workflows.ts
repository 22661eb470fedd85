/** The bundle root of the model: the product's claim beside the parcel, on the same kernel. */
import { claimSpec } from '../../workflows/claim/workflow.js';
import { kernelInterceptors, lifecycleWorkflow } from '../../workflows/lifecycle/kernel.js';
import { parcelSpec } from './parcel/workflow.js';

export const claim = lifecycleWorkflow(claimSpec);
export const parcel = lifecycleWorkflow(parcelSpec);
export const interceptors = kernelInterceptors([claimSpec, parcelSpec]);
