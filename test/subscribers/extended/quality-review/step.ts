/** A step of another team: somebody looks at the solution, and until then the chain waits. */
import { NotNow } from '../../../../events/broker/broker.js';
import type { Step } from '../../../../subscribers/platform/step.js';

export const step: Step = {
  tables: `
    CREATE TABLE IF NOT EXISTS verdict (ticket_id text PRIMARY KEY, verdict text NOT NULL);
    CREATE TABLE IF NOT EXISTS review (chain text PRIMARY KEY, ticket_id text NOT NULL, verdict text NOT NULL)`,
  async perform({ chain, subject }, queries) {
    const [given] = await queries.query<{ verdict: string }>('SELECT verdict FROM verdict WHERE ticket_id = $1', [
      subject,
    ]);
    if (!given) throw new NotNow('nobody has reviewed it yet');
    await queries.query('INSERT INTO review (chain, ticket_id, verdict) VALUES ($1, $2, $3)', [
      chain,
      subject,
      given.verdict,
    ]);
    return { verdict: given.verdict };
  },
};
