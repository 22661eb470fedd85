/** What the simulated shop sells, where it lies, and what it costs. Fixed, so that what was shipped says what had to be paid. */
import type { Money } from '../../../workflows/lifecycle/entry.js';

/** Warehouses, and the first digits of the postal codes that they are near to. */
const WAREHOUSES = {
  east: ['0', '1', '2', '3'],
  middle: ['4', '5', '6'],
  west: ['7', '8', '9'],
} as const;

type Warehouse = keyof typeof WAREHOUSES;

interface Product {
  readonly name: string;
  /** Of one piece, taxes included, in cents. */
  readonly minor: number;
  /** Where it lies. */
  readonly in: readonly Warehouse[];
}

const EVERYWHERE = ['east', 'middle', 'west'] as const;

/** What lies in every warehouse. */
export const COMMON: readonly Product[] = [
  { name: 'lamp', minor: 2_490, in: EVERYWHERE },
  { name: 'chair', minor: 7_900, in: EVERYWHERE },
  { name: 'shelf', minor: 5_950, in: EVERYWHERE },
  { name: 'mug', minor: 890, in: EVERYWHERE },
  { name: 'towel', minor: 1_450, in: EVERYWHERE },
  { name: 'clock', minor: 3_300, in: EVERYWHERE },
];

/** What lies in one warehouse only: two of these are two shipments. */
export const SINGLE: readonly Product[] = [
  { name: 'mattress', minor: 19_900, in: ['east'] },
  { name: 'sofa', minor: 24_900, in: ['middle'] },
  { name: 'rug', minor: 12_900, in: ['west'] },
];

/** What is nearly sold out: each order that wants it has a product of its own, so that nobody takes another's last piece. */
const RARE_MINOR = 4_400;

/** What delivery costs: the same for every order, taken with its first shipment. */
export const DELIVERY: Money = usd(490);

/** Dollars, of cents. */
export function usd(minor: number): Money {
  return { minor, currency: 'USD' };
}

/** Products and warehouses bear the run's name, so that runs take nothing from each other. */
export class Catalogue {
  constructor(private readonly run: string) {}

  skuOf = ({ name }: Product): string => `${this.run}.${name}`;

  rareSku = (orderId: string): string => `${orderId}.rare`;

  warehouseId = (warehouse: Warehouse): string => `${this.run}.${warehouse}`;

  /** What a piece costs. @throws RangeError for what the shop does not sell */
  priceOf(sku: string): Money {
    if (sku.endsWith('.rare')) return usd(RARE_MINOR);
    const product = [...COMMON, ...SINGLE].find((one) => this.skuOf(one) === sku);
    if (!product) throw new RangeError(`sku is ${sku}: the simulated shop does not sell it`);
    return usd(product.minor);
  }

  /** Seeds of the inventory: more than any run can sell. */
  get seeds() {
    const stock = [...COMMON, ...SINGLE].flatMap((product) =>
      product.in.map((warehouse) => ({
        sku: this.skuOf(product),
        warehouseId: this.warehouseId(warehouse),
        available: 1_000_000,
      })),
    );
    const warehouses = EVERYWHERE.map((name) => ({ warehouseId: this.warehouseId(name), areas: WAREHOUSES[name] }));
    return { stock, warehouses };
  }
}
