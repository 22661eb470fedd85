/** The change made by `patched()`: parcels that passed the place before it keep to the old way. */
import { patched } from '@temporalio/workflow';
import { release } from './parcel.js';

export const { workflow: parcel, interceptors } = release(() => patched('inspect-before-reserving'));
