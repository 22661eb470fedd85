/** Where the states of a lifecycle are drawn: laid out by elk once for each version of the table. */
import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js';
import type { LifecycleView } from '../../../client/lifecycle-views.js';

/** Size of a state's box, in pixels. */
export const BOX = { width: 190, height: 74 } as const;

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is. */
export interface Layout {
  /** Upper left corners of the boxes by state. */
  readonly boxes: Readonly<Record<string, Point>>;
  /** The lines that elk has routed, by {@link wayId}; those of hubs are not among them. */
  readonly lines: Readonly<Record<string, readonly Point[]>>;
  /** States that nearly everything leads to or comes from: their ways are drawn only where they matter. */
  readonly hubs: ReadonlySet<string>;
}

/** More ways than this share of all states, in or out, make a hub. */
const HUB_SHARE = 0.4;

const elk = new ELK();
const known = new Map<string, Promise<Layout>>();

/** Names a way. */
export const wayId = (from: string, to: string): string => `${from}→${to}`;

/** The layout of a lifecycle. */
export function layoutOf(lifecycle: LifecycleView): Promise<Layout> {
  const key = `${lifecycle.lifecycle}@${lifecycle.version}`;
  let layout = known.get(key);
  if (!layout) {
    layout = computed(lifecycle);
    known.set(key, layout);
  }
  return layout;
}

async function computed({ states, edges }: LifecycleView): Promise<Layout> {
  const drawn = states.filter(({ deprecated }) => !deprecated);
  const hubs = new Set(
    drawn
      .filter(({ terminal }) => !terminal)
      .map(({ state }) => state)
      .filter((state) => {
        const inward = edges.filter(({ to }) => to === state).length;
        const outward = edges.filter(({ from }) => from === state).length;
        return Math.max(inward, outward) > Math.max(4, drawn.length * HUB_SHARE);
      }),
  );
  const names = new Set(drawn.map(({ state }) => state));
  const ways = edges.filter(
    ({ from, to }) => from !== to && names.has(from) && names.has(to) && !hubs.has(from) && !hubs.has(to),
  );
  const graph: ElkNode = await elk.layout({
    id: 'lifecycle',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.spacing.nodeNodeBetweenLayers': '56',
      'elk.spacing.nodeNode': '28',
      'elk.aspectRatio': '2.2',
      'elk.layered.wrapping.strategy': 'MULTI_EDGE',
    },
    children: drawn.map(({ state }) => ({ id: state, ...BOX })),
    edges: ways.map(({ from, to }) => ({ id: wayId(from, to), sources: [from], targets: [to] })),
  });
  return {
    boxes: Object.fromEntries((graph.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    lines: Object.fromEntries(
      (graph.edges ?? []).map(({ id, sections }) => [
        id,
        (sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
      ]),
    ),
    hubs,
  };
}
