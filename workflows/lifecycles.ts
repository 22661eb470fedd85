/** All lifecycles of the fleet, as tables. Workers run them, gateway and command line read them. */
import { claimLifecycle } from './claim/states.js';
import type { Lifecycle } from './lifecycle/definition.js';

export const LIFECYCLES: readonly Lifecycle[] = [claimLifecycle];
