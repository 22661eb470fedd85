/** The lifecycle tables that ever ran, so that entries stay readable after the code has moved on. */
import type { Kysely } from 'kysely';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { firstDifference } from './difference.js';
import { DefinitionChanged } from './errors.js';
import type { Database } from './schema.js';

/** Registers and reads definitions. A version's table never changes, so what was read once is kept. */
export class Definitions {
  private readonly read = new Map<string, Lifecycle>();

  constructor(private readonly db: Kysely<Database>) {}

  /**
   * Puts a table on record when its version is first seen. Called by every worker as it starts.
   * @throws DefinitionChanged where this version is on record with another table.
   */
  async register(lifecycle: Lifecycle): Promise<void> {
    const { name, version } = lifecycle;
    const text = JSON.stringify(lifecycle);
    await this.db
      .insertInto('definition')
      .values({ lifecycle: name, version, definition: text })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const difference = firstDifference(await this.find(name, version), JSON.parse(text));
    if (difference !== undefined) throw new DefinitionChanged(name, version, difference);
  }

  /** The table of a version; undefined where it never ran against this database. */
  async find(lifecycle: string, version: number): Promise<Lifecycle | undefined> {
    const key = `${lifecycle}@${version}`;
    const kept = this.read.get(key);
    if (kept !== undefined) return kept;
    const row = await this.db
      .selectFrom('definition')
      .select('definition')
      .where('lifecycle', '=', lifecycle)
      .where('version', '=', version)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const found = row.definition as Lifecycle;
    this.read.set(key, found);
    return found;
  }

  /**
   * The table of a version that an entity runs under.
   * @throws Error where the version is not on record.
   */
  async stored(lifecycle: string, version: number): Promise<Lifecycle> {
    const definition = await this.find(lifecycle, version);
    if (definition === undefined) {
      throw new Error(
        `lifecycle ${lifecycle} version ${version} is not on record: a worker registers its definitions before it polls`,
      );
    }
    return definition;
  }
}
