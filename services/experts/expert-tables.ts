/**
 * Tables of the dispatch. The database, not the code's care, keeps its promises: a ticket has one expert at a time and one for each hop,
 * and nobody is given more than their capacity.
 */
export const EXPERT_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_experts.expert (
    expert_id text PRIMARY KEY,
    capacity int NOT NULL CHECK (capacity >= 0),
    -- Tickets that they have now.
    open int NOT NULL DEFAULT 0 CHECK (open >= 0),
    -- Tickets that they were ever given.
    given int NOT NULL DEFAULT 0,
    skills text[] NOT NULL,
    country text NOT NULL,
    postal_code text NOT NULL,
    answers text NOT NULL CHECK (answers IN ('accept', 'decline', 'never')),
    after_ms int NOT NULL
  );
  -- A capacity may be lowered below what its expert has; what must not happen is one more ticket above it.
  CREATE OR REPLACE FUNCTION svc_experts.within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.open > NEW.capacity THEN
        RAISE check_violation USING CONSTRAINT = 'within_capacity',
          MESSAGE = format('expert %s has a capacity of %s tickets', NEW.expert_id, NEW.capacity);
      END IF;
      RETURN NEW;
    END $$;
  CREATE OR REPLACE TRIGGER within_capacity BEFORE UPDATE OF open ON svc_experts.expert
    FOR EACH ROW WHEN (NEW.open > OLD.open) EXECUTE FUNCTION svc_experts.within_capacity();

  CREATE TABLE IF NOT EXISTS svc_experts.assignment (
    ticket_id text NOT NULL,
    hop int NOT NULL,
    expert_id text NOT NULL REFERENCES svc_experts.expert,
    status text NOT NULL CHECK (status IN ('assigned', 'notified', 'accepted', 'declined', 'ended')),
    -- Why it was declined.
    code text,
    reference text NOT NULL,
    assigned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ticket_id, hop)
  );
  CREATE UNIQUE INDEX IF NOT EXISTS one_expert_per_ticket ON svc_experts.assignment (ticket_id)
    WHERE status IN ('assigned', 'notified', 'accepted');

  -- Tickets that wait until somebody is free.
  CREATE TABLE IF NOT EXISTS svc_experts.waiting (
    ticket_id text PRIMARY KEY,
    skill text NOT NULL,
    country text NOT NULL,
    postal_code text NOT NULL,
    reach text NOT NULL,
    priority int NOT NULL,
    except_experts text[] NOT NULL,
    reference text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  -- Hops up to this one are over: a call that comes later makes none of them.
  CREATE TABLE IF NOT EXISTS svc_experts.released (
    ticket_id text PRIMARY KEY,
    hop int NOT NULL
  );
  -- What the experts of a ticket will answer, hop by hop, as it is seeded.
  CREATE TABLE IF NOT EXISTS svc_experts.foreseen (
    ticket_id text PRIMARY KEY,
    answers jsonb NOT NULL
  );`;
