/**
 * Tables of the adjusters' desk. The database, not the code's care, keeps its promises: nobody gets a claim beyond capacity, and
 * a claim has one adjuster, or waits for one, at a time.
 */
export const DESK_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_assessment.adjuster (
    adjuster_id text PRIMARY KEY,
    capacity int NOT NULL CHECK (capacity >= 0),
    -- Claims that it has now: its assignments that are asked or accepted.
    open int NOT NULL DEFAULT 0 CHECK (open >= 0),
    -- Claims that it was ever asked to take.
    asked int NOT NULL DEFAULT 0,
    skills text[] NOT NULL,
    areas text[] NOT NULL,
    answers text NOT NULL CHECK (answers IN ('accept', 'decline', 'never')),
    after_ms int NOT NULL,
    inspection_ms int NOT NULL
  );
  -- A capacity may be lowered below what its adjuster has; what must not happen is one more claim above it.
  CREATE OR REPLACE FUNCTION svc_assessment.within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.open > NEW.capacity THEN
        RAISE check_violation USING CONSTRAINT = 'within_capacity',
          MESSAGE = format('adjuster %s has its capacity of %s claims', NEW.adjuster_id, NEW.capacity);
      END IF;
      RETURN NEW;
    END $$;
  CREATE OR REPLACE TRIGGER within_capacity BEFORE UPDATE OF open ON svc_assessment.adjuster
    FOR EACH ROW WHEN (NEW.open > OLD.open) EXECUTE FUNCTION svc_assessment.within_capacity();

  CREATE TABLE IF NOT EXISTS svc_assessment.adjuster_request (
    request_id text PRIMARY KEY,
    claim_id text NOT NULL,
    skill text NOT NULL,
    area text NOT NULL,
    priority int NOT NULL,
    excluded text[] NOT NULL,
    reference text NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'assigned', 'withdrawn')),
    requested_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS one_waiting_request_per_claim ON svc_assessment.adjuster_request (claim_id)
    WHERE status = 'waiting';
  CREATE INDEX IF NOT EXISTS adjuster_queue ON svc_assessment.adjuster_request (priority, requested_at, request_id)
    WHERE status = 'waiting';

  CREATE TABLE IF NOT EXISTS svc_assessment.engagement (
    assignment_id text PRIMARY KEY,
    request_id text NOT NULL UNIQUE REFERENCES svc_assessment.adjuster_request,
    claim_id text NOT NULL,
    adjuster_id text NOT NULL REFERENCES svc_assessment.adjuster,
    status text NOT NULL CHECK (status IN ('asked', 'accepted', 'declined', 'ended')),
    asked_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS one_adjuster_per_claim ON svc_assessment.engagement (claim_id)
    WHERE status IN ('asked', 'accepted');`;
