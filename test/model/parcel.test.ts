/** Random parcels in a troubled world, and what is true of every one of them. */
import { campaign } from './campaign.js';
import { parcelPlan } from './plan.js';

campaign('parcel', parcelPlan());
