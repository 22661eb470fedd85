/** Which warehouse ships what: from as few as possible, and near ones before others. */

/** A line that wants pieces. */
export interface Wanted {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** What nobody has yet of a product in one warehouse. */
export interface Free {
  readonly warehouseId: string;
  readonly sku: string;
  readonly pieces: number;
  /** The warehouse serves where the order goes. */
  readonly near: boolean;
}

/** Pieces of one line out of one warehouse. */
export interface Portion extends Wanted {
  readonly warehouseId: string;
}

/**
 * Spreads lines over warehouses: time and again the warehouse that can give all that is still wanted, else a near one, else the one
 * that gives most. What nobody has is in no portion.
 */
export function route(lines: readonly Wanted[], stock: readonly Free[]): Portion[] {
  const warehouses = new Map<string, Warehouse>();
  for (const { warehouseId, sku, pieces, near } of stock) {
    const warehouse = warehouses.get(warehouseId) ?? { warehouseId, near, pieces: new Map<string, number>() };
    warehouse.pieces.set(sku, pieces);
    warehouses.set(warehouseId, warehouse);
  }
  const portions: Portion[] = [];
  let wanted = [...lines];
  while (wanted.length > 0 && warehouses.size > 0) {
    const offers = [...warehouses.values()].map((warehouse) => offerOf(warehouse, wanted));
    const [best] = offers.sort(better(wanted));
    if (!best || best.portions.length === 0) break;
    portions.push(...best.portions);
    warehouses.delete(best.warehouse.warehouseId);
    wanted = lacking(wanted, best.portions);
  }
  return portions;
}

/** What is left of lines when portions are taken off. */
export function lacking(lines: readonly Wanted[], portions: readonly Portion[]): Wanted[] {
  return lines
    .map((line) => {
      const given = portions.filter(({ lineId }) => lineId === line.lineId);
      return { ...line, quantity: line.quantity - sum(given) };
    })
    .filter(({ quantity }) => quantity > 0);
}

/** Pieces in all. */
export const sum = (parts: ReadonlyArray<{ readonly quantity: number }>): number =>
  parts.reduce((pieces, { quantity }) => pieces + quantity, 0);

interface Warehouse {
  readonly warehouseId: string;
  readonly near: boolean;
  readonly pieces: Map<string, number>;
}

interface Offer {
  readonly warehouse: Warehouse;
  readonly portions: readonly Portion[];
}

/** What a warehouse can give; two lines may want the same product. */
function offerOf(warehouse: Warehouse, wanted: readonly Wanted[]): Offer {
  const left = new Map(warehouse.pieces);
  const portions = wanted.flatMap((line): Portion[] => {
    const there = left.get(line.sku) ?? 0;
    const quantity = Math.min(line.quantity, there);
    left.set(line.sku, there - quantity);
    return quantity > 0 ? [{ ...line, warehouseId: warehouse.warehouseId, quantity }] : [];
  });
  return { warehouse, portions };
}

/** Orders offers, best first; the name decides last, so that the same stock is always routed the same. */
function better(wanted: readonly Wanted[]): (a: Offer, b: Offer) => number {
  const all = sum(wanted);
  const rank = ({ warehouse, portions }: Offer): readonly number[] => {
    const given = sum(portions);
    return [given === all ? 1 : 0, given > 0 && warehouse.near ? 1 : 0, given];
  };
  return (a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    if (at >= 0) return (right[at] ?? 0) - (left[at] ?? 0);
    return a.warehouse.warehouseId < b.warehouse.warehouseId ? -1 : 1;
  };
}
