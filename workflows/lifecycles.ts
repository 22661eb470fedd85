// Generated from events/catalogue.ts by `npm run generate`. Do not edit.
/** All lifecycles of the fleet, as tables. Workers run them, gateway and command line read them. */
import type { Lifecycle } from './lifecycle/definition.js';
import { claimLifecycle } from './claim/states.js';
import { orderLifecycle } from './order/states.js';
import { ticketLifecycle } from './ticket/states.js';
import { onboardingLifecycle } from './onboarding/states.js';

export const LIFECYCLES: readonly Lifecycle[] = [claimLifecycle, orderLifecycle, ticketLifecycle, onboardingLifecycle];
