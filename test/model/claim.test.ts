/** Random claims in a troubled world, and what is true of every one of them. */
import { campaign } from './campaign.js';
import { claimPlan } from './plan.js';

campaign('claim', claimPlan());
