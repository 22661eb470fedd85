/** The reconciliation, as a run under load asks it. */
import type { ReconciliationOptions, ThroughlineClient } from '../../client/index.js';

/** Compares what entities say with what the services and Temporal say. */
export class Reconciler {
  /**
   * @param pairs what concerns the run
   * @param isOurs by its id, whether an entity is of the run
   */
  constructor(
    private readonly client: Pick<ThroughlineClient, 'reconciliation' | 'findings'>,
    private readonly lifecycle: string,
    private readonly pairs: NonNullable<ReconciliationOptions['pairs']>,
    private readonly isOurs: (id: string) => boolean,
  ) {}

  /** Compares all sides once, and tells entities what they have missed. @returns how many were told, or are well again since */
  async heal(): Promise<number> {
    const runs = await this.client.reconciliation.run({ pairs: this.pairs });
    return runs.reduce((sum, { told, healed }) => sum + told + healed, 0);
  }

  /** Compares once more, and counts the run's findings that have not ended. */
  async open(): Promise<number> {
    await this.heal();
    let open = 0;
    for await (const { id } of this.client.findings.list({ lifecycle: this.lifecycle })) if (this.isOurs(id)) open += 1;
    return open;
  }
}
