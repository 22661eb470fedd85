/** A step of a chain as a subscriber. */
import { completedType, type StepCompleted } from '../../events/follow-up.js';
import type { Chain, ChainStep } from './chain.js';
import { firstStamp, passedOn, stamped } from './stamps.js';
import type { Step } from './step.js';
import type { Definition } from './subscriber.js';

export function stepSubscriber({ begins }: Chain, { name, from = 'beginning' }: ChainStep, step: Step): Definition {
  const { after } = step;
  return {
    name,
    from,
    types: [after === undefined ? begins : completedType(begins, after)],
    tables: step.tables,
    async handle(event, queries) {
      const known = after === undefined ? firstStamp(event) : passedOn(event);
      const done = await step.perform(known, queries);
      const data: StepCompleted = {
        schemaVersion: 1,
        chain: known.chain,
        step: name,
        done: { ...done },
        ...(step.stamps && { stamp: stamped(known, name, done) }),
      };
      return [{ id: `${name}/${known.chain}`, type: completedType(begins, name), data }];
    },
  };
}
