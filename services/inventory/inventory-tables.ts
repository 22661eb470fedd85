/** Tables of the inventory, and the constraint that keeps its promise: what is held is there. */
export const INVENTORY_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_inventory.stock (
    sku text NOT NULL,
    warehouse_id text NOT NULL,
    on_hand int NOT NULL,
    -- Of those on hand: pieces that are held for an order.
    held int NOT NULL CHECK (held >= 0),
    -- When more is expected.
    restocked_at timestamptz,
    PRIMARY KEY (sku, warehouse_id),
    CONSTRAINT held_is_on_hand CHECK (held <= on_hand)
  );
  CREATE TABLE IF NOT EXISTS svc_inventory.warehouse (
    warehouse_id text PRIMARY KEY,
    -- First digits of postal codes, countries, or * for everywhere.
    areas text[] NOT NULL
  );
  CREATE TABLE IF NOT EXISTS svc_inventory.reservation (
    reservation_id text PRIMARY KEY,
    order_id text NOT NULL,
    reference text NOT NULL,
    -- How long what comes later is held.
    hold_ms bigint NOT NULL,
    made_at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS svc_inventory.hold (
    hold_id text PRIMARY KEY,
    reservation_id text NOT NULL REFERENCES svc_inventory.reservation,
    order_id text NOT NULL,
    line_id text NOT NULL,
    warehouse_id text NOT NULL,
    sku text NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    state text NOT NULL CHECK (state IN ('held', 'released', 'expired', 'committed')),
    expires_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    FOREIGN KEY (sku, warehouse_id) REFERENCES svc_inventory.stock (sku, warehouse_id)
  );
  CREATE INDEX IF NOT EXISTS hold_of_order ON svc_inventory.hold (order_id, hold_id);
  CREATE INDEX IF NOT EXISTS hold_of_reservation ON svc_inventory.hold (reservation_id);
  -- Pieces of a line that are to be held as soon as they are there.
  CREATE TABLE IF NOT EXISTS svc_inventory.backorder (
    reservation_id text NOT NULL REFERENCES svc_inventory.reservation,
    order_id text NOT NULL,
    line_id text NOT NULL,
    sku text NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    state text NOT NULL CHECK (state IN ('waiting', 'held', 'released')),
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (reservation_id, line_id)
  );
  CREATE INDEX IF NOT EXISTS backorder_waiting ON svc_inventory.backorder (sku, asked_at) WHERE state = 'waiting';`;
