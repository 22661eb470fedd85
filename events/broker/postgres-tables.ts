/** The PostgreSQL broker's tables: a schema of its own, in the database of the records or in any other. */

/** Any constant, the same in every process. */
export const DEFINITION_LOCK = 723_072_500;
/** Shared by those who publish, exclusive to one who subscribes: no event falls between the two. */
export const SUBSCRIBING_LOCK = 723_072_501;
/** Rung when events were published. */
export const CHANNEL = 'throughline_broker';

/**
 * Safe to repeat. A delivery is there from the moment of publishing until it is done; the lock on the first delivery of a key is the
 * lock on that key.
 */
export const TABLES = `
  CREATE SCHEMA IF NOT EXISTS broker;
  CREATE TABLE IF NOT EXISTS broker.event (
    position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL,
    id           text NOT NULL,
    type         text NOT NULL,
    key          text NOT NULL,
    event        jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, id)
  );
  CREATE INDEX IF NOT EXISTS event_type ON broker.event (type, position);
  CREATE INDEX IF NOT EXISTS event_age ON broker.event (published_at);
  CREATE TABLE IF NOT EXISTS broker.subscription (
    name       text PRIMARY KEY,
    types      text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS broker.delivery (
    subscription text NOT NULL REFERENCES broker.subscription,
    position     bigint NOT NULL REFERENCES broker.event,
    key          text NOT NULL,
    failures     integer NOT NULL DEFAULT 0,
    due_at       timestamptz NOT NULL DEFAULT now(),
    parked_at    timestamptz,
    reason       text,
    PRIMARY KEY (subscription, position)
  );
  CREATE INDEX IF NOT EXISTS delivery_key ON broker.delivery (subscription, key, position) WHERE parked_at IS NULL;
  CREATE INDEX IF NOT EXISTS delivery_waiting ON broker.delivery (subscription, position) WHERE parked_at IS NULL;
  CREATE INDEX IF NOT EXISTS delivery_event ON broker.delivery (position);`;

/** $1 events as JSON, in order. Those that are known are left out. Answers how many were added. */
export const PUBLISH = `
  WITH added AS (
    INSERT INTO broker.event (source, id, type, key, event)
    SELECT e->>'source', e->>'id', e->>'type', e->>'partitionkey', e
      FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS given (e, n)
     ORDER BY n
    ON CONFLICT (source, id) DO NOTHING
    RETURNING position, type, key
  ), due AS (
    INSERT INTO broker.delivery (subscription, position, key)
    SELECT s.name, a.position, a.key FROM added a JOIN broker.subscription s ON a.type = ANY (s.types)
  )
  SELECT count(*)::integer AS added FROM added`;

/** $1 subscription, $2 types. Everything that is kept. */
export const FROM_THE_BEGINNING = `
  INSERT INTO broker.delivery (subscription, position, key)
  SELECT $1, position, key FROM broker.event WHERE type = ANY ($2::text[])`;

/** $1 subscription, $2 types. Of types that it did not have: what stands behind the first event that waits for it. */
export const SUBSCRIBE_TO_MORE = `
  WITH before AS (SELECT types FROM broker.subscription WHERE name = $1),
  changed AS (UPDATE broker.subscription SET types = $2 WHERE name = $1 AND types <> $2::text[])
  INSERT INTO broker.delivery (subscription, position, key)
  SELECT $1, e.position, e.key FROM broker.event e, before
   WHERE e.type = ANY ($2::text[]) AND NOT e.type = ANY (before.types)
     AND e.position > (SELECT min(d.position) FROM broker.delivery d WHERE d.subscription = $1 AND d.parked_at IS NULL)
  ON CONFLICT DO NOTHING`;

/** $1 subscription, $2 how many keys. Locks the first delivery of each key; the keys that others work on are passed over. */
export const TAKE_KEYS = `
  SELECT d.key FROM broker.delivery d
   WHERE d.subscription = $1 AND d.parked_at IS NULL AND d.due_at <= now()
     AND NOT EXISTS (
       SELECT FROM broker.delivery earlier
        WHERE earlier.subscription = d.subscription AND earlier.key = d.key AND earlier.parked_at IS NULL
          AND earlier.position < d.position)
   ORDER BY d.position LIMIT $2
   FOR UPDATE OF d SKIP LOCKED`;

/** $1 subscription, $2 keys, $3 most deliveries. What waits of those keys, in order. */
export const READ_KEYS = `
  SELECT d.position, d.key, d.failures, d.due_at <= now() AS due, e.event
    FROM broker.delivery d JOIN broker.event e USING (position)
   WHERE d.subscription = $1 AND d.key = ANY ($2) AND d.parked_at IS NULL
   ORDER BY d.position LIMIT $3`;

/** $1 subscription, $2 positions that are done, $3 failures as JSON. */
export const SETTLE = `
  WITH done AS (
    DELETE FROM broker.delivery WHERE subscription = $1 AND position = ANY ($2::bigint[])
  )
  UPDATE broker.delivery d
     SET failures = f.failures, reason = f.reason, due_at = now() + f.pause_ms * interval '1 ms',
         parked_at = CASE WHEN f.parked THEN now() END
    FROM jsonb_to_recordset($3::jsonb) AS f (position bigint, failures integer, reason text, pause_ms integer, parked boolean)
   WHERE d.subscription = $1 AND d.position = f.position`;

export const PARKED = `
  SELECT d.subscription, e.source, e.id, e.type, e.key, d.reason, d.failures, d.parked_at
    FROM broker.delivery d JOIN broker.event e USING (position)
   WHERE d.parked_at IS NOT NULL ORDER BY d.parked_at, d.position LIMIT $1`;

/** $1 subscription, $2 event id or null. */
export const RETRY = `
  UPDATE broker.delivery d SET parked_at = NULL, failures = 0, due_at = now(), reason = NULL
    FROM broker.event e
   WHERE d.subscription = $1 AND d.parked_at IS NOT NULL AND e.position = d.position AND ($2::text IS NULL OR e.id = $2)`;

export const LAG = `
  SELECT s.name, count(d.position) FILTER (WHERE d.parked_at IS NULL)::integer AS waiting,
         count(d.parked_at)::integer AS parked,
         extract(epoch FROM now() - min(e.published_at) FILTER (WHERE d.parked_at IS NULL))::float8 AS oldest_seconds
    FROM broker.subscription s
    LEFT JOIN (broker.delivery d JOIN broker.event e USING (position)) ON d.subscription = s.name
   GROUP BY s.name ORDER BY s.name`;

export const ABOUT = `
  SELECT current_setting('server_version') AS version,
         (pg_total_relation_size('broker.event') + pg_total_relation_size('broker.delivery'))::float8 AS size`;

/** $1 days. What everybody has had; parked deliveries keep their events. */
export const CLEAN = `
  DELETE FROM broker.event e
   WHERE e.published_at < now() - $1 * interval '1 day'
     AND NOT EXISTS (SELECT FROM broker.delivery d WHERE d.position = e.position)`;
