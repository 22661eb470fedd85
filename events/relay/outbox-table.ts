/**
 * An outbox: events written in the transaction of what they tell of, and published later. The records have one
 * (`throughline.outbox`), and so has every subscriber; a relay reads any of them.
 */

/** As many parts of an outbox can be relayed at once; the tables' generated column says the same. */
const PARTITIONS = 16;

/** Definition of an outbox in a schema; safe to repeat. The columns are those of the records' own. */
export const outboxTable = (schema: string): string => `
  CREATE TABLE IF NOT EXISTS ${schema}.outbox (
    position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            text NOT NULL UNIQUE,
    type          text NOT NULL,
    source        text NOT NULL,
    subject       text NOT NULL,
    time          timestamptz NOT NULL,
    key           text NOT NULL,
    partition     integer NOT NULL GENERATED ALWAYS AS ((hashtextextended(key, 0) & ${PARTITIONS - 1})::integer) STORED,
    correlationid text NOT NULL,
    causationid   text NOT NULL,
    sequence      integer NOT NULL,
    data          jsonb NOT NULL,
    written_at    timestamptz NOT NULL DEFAULT now(),
    published_at  timestamptz,
    failures      integer NOT NULL DEFAULT 0,
    due_at        timestamptz,
    parked_at     timestamptz,
    reason        text,
    traceparent   text
  );
  ALTER TABLE ${schema}.outbox ADD COLUMN IF NOT EXISTS traceparent text;
  CREATE INDEX IF NOT EXISTS outbox_unpublished ON ${schema}.outbox (position) WHERE published_at IS NULL;
  CREATE INDEX IF NOT EXISTS outbox_refused ON ${schema}.outbox (key, position) WHERE published_at IS NULL AND failures > 0;`;
