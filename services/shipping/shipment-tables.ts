/** Tables of the shipping service. */
export const SHIPMENT_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_shipping.shipment (
    shipment_id text PRIMARY KEY,
    order_id text NOT NULL,
    ordinal int NOT NULL,
    warehouse_id text NOT NULL,
    lines jsonb NOT NULL,
    address_ref text NOT NULL,
    tracking_number text NOT NULL UNIQUE,
    reference text NOT NULL,
    state text NOT NULL CHECK (state IN
      ('created', 'stopped', 'dispatched', 'inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost')),
    -- Updates told up to now.
    updates int NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT one_shipment_per_ordinal UNIQUE (order_id, ordinal)
  );
  CREATE INDEX IF NOT EXISTS shipment_of_order ON svc_shipping.shipment (order_id, shipment_id);
  -- What will become of an order's shipments, as it is seeded.
  CREATE TABLE IF NOT EXISTS svc_shipping.itinerary (
    order_id text PRIMARY KEY,
    legs jsonb NOT NULL,
    stop_after_ms int
  );`;
