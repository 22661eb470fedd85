/** Writers that make it hard for the journal, or are broken: they stand between a world's workers and its records. */
import type { Pool } from 'pg';
import type { EntryWriter } from '../../activities/records/carrier.js';
import { JournalWriter } from '../../records/writer.js';

type Edit = (sql: string) => string;

/**
 * Every carrier comes twice, the second time late: its worker has read the row, is slow, and goes on when the next carrier is written.
 * @param edit of the writer's statements; default: they stay as they are.
 */
export function repeatsLate(pool: Pool, edit: Edit = (sql) => sql): EntryWriter {
  const late = new Map<string, () => Promise<void>>();
  const writer = new JournalWriter(edited(pool, edit));
  return {
    async write(carrier, run) {
      const name = `${carrier.entity.lifecycle}/${carrier.entity.id}`;
      const before = late.get(name);
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      // What becomes of it is its own worker's trouble.
      const repeat = new JournalWriter(edited(pool, edit, gate)).write(carrier, run).catch(() => undefined);
      late.set(name, () => {
        goOn();
        return repeat;
      });
      await writer.write(carrier, run);
      await before?.();
    },
  };
}

/** A row is moved whatever it was when it was read, and what is in the way of a repeat is left out. */
export function neverCompares(pool: Pool): EntryWriter {
  return repeatsLate(pool, (sql) =>
    sql
      .replace(
        'WHERE now_on_record.sequence = $2 AND now_on_record.last_hash = $3',
        'WHERE ($2::integer, $3::bytea) IS NOT NULL',
      )
      .replace(/\n {2}\), (told|reviewed) AS/g, '\n    ON CONFLICT DO NOTHING$&'),
  );
}

/** The second carrier of each entity counts as written, but is not. */
export function forgetsOne(pool: Pool): EntryWriter {
  const writer = new JournalWriter(pool);
  const written = new Map<string, number>();
  return {
    async write(carrier, run) {
      const nth = (written.get(carrier.entity.id) ?? 0) + 1;
      written.set(carrier.entity.id, nth);
      if (nth !== 2) await writer.write(carrier, run);
    },
  };
}

/** The pool with the writer's statement for new entries edited, and sent only when a gate is open. */
function edited(pool: Pool, edit: Edit, gate: Promise<void> = Promise.resolve()): Pool {
  return new Proxy(pool, {
    get(target, property) {
      if (property !== 'query') return Reflect.get(target, property, target) as unknown;
      return async (query: { readonly name: string; readonly text: string; readonly values: unknown[] }) => {
        if (query.name !== 'records-append') return target.query(query);
        await gate;
        const text = edit(query.text);
        return target.query({ ...query, text, name: text === query.text ? query.name : `${query.name}-edited` });
      };
    },
  });
}
