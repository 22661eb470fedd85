import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakePorts, Seeds } from '../../cli/intake/submit.js';
import type { EntitySummary } from '../../client/index.js';
import { ConflictingSubmission } from '../../client/errors.js';
import { summaryOf } from './samples.js';

/** Services and claims in memory, which can be told to be away. */
export class World implements IntakePorts {
  readonly claims = new Map<string, string>();
  readonly seeded = new Map<string, Seeds['policies'][number]>();
  readonly unseeded: string[] = [];
  seedCalls = 0;
  underWay = 0;
  mostUnderWay = 0;
  /** Called before each call takes effect; may throw. */
  before: (call: 'seed' | 'submit' | 'lookup') => void = () => undefined;
  summary = (id: string): EntitySummary => summaryOf(id, 'Submitted');

  async seed(seeds: Seeds): Promise<void> {
    await sleep(0);
    this.before('seed');
    this.seedCalls += 1;
    for (const policy of seeds.policies) this.seeded.set(policy.policyNumber, policy);
  }

  async submit(...[notice, basis]: Parameters<IntakePorts['submit']>): Promise<{ started: boolean }> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await sleep(1);
      this.before('submit');
      const known = this.claims.get(notice.claimId);
      if (known !== undefined && known !== basis) throw new ConflictingSubmission('claim', notice.claimId);
      if (!this.seeded.has(notice.policyNumber)) this.unseeded.push(notice.claimId);
      this.claims.set(notice.claimId, basis);
      return { started: known === undefined };
    } finally {
      this.underWay -= 1;
    }
  }

  async lookup(ids: readonly string[]) {
    await sleep(0);
    this.before('lookup');
    return ids.filter((id) => this.claims.has(id)).map((id) => this.summary(id));
  }
}
