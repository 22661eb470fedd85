/** Where the states of a lifecycle are drawn: laid out by elk once for each version of the table. */
import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js';
import type { EdgeView, LifecycleView } from '../../../client/lifecycle-views.js';

/** Size of a state's box, in pixels. */
export const BOX = { width: 176, height: 64 } as const;

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is. */
export interface Layout {
  /** Upper left corners of the boxes by state. */
  readonly boxes: Readonly<Record<string, Point>>;
  /** The lines of the main ways, by {@link wayId}. All ways of a real table at once are a thicket. */
  readonly lines: Readonly<Record<string, readonly Point[]>>;
}

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

async function computed(lifecycle: LifecycleView): Promise<Layout> {
  const ways = mainWays(lifecycle);
  const graph: ElkNode = await elk.layout({
    id: 'lifecycle',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.spacing.nodeNodeBetweenLayers': '40',
      'elk.spacing.nodeNode': '20',
      // A long row is broken as text is, so that names stay large enough to be read.
      'elk.aspectRatio': '2.4',
      'elk.layered.wrapping.strategy': 'MULTI_EDGE',
      'elk.layered.wrapping.correctionFactor': '1.2',
    },
    children: drawn(lifecycle).map(({ state }) => ({ id: state, ...BOX })),
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
  };
}

const drawn = ({ states }: LifecycleView) => states.filter(({ deprecated }) => !deprecated);

/** The first way out of each state, as the table has them, and one into each state that no such way leads to. */
function mainWays(lifecycle: LifecycleView): readonly EdgeView[] {
  const states = drawn(lifecycle);
  const names = new Set(states.map(({ state }) => state));
  const ways = lifecycle.edges.filter(({ from, to }) => from !== to && names.has(from) && names.has(to));
  const outward = states.flatMap(({ state }) => ways.find(({ from }) => from === state) ?? []);
  const reached = new Set(outward.map(({ to }) => to));
  const inward = states
    .filter(({ state, initial }) => !initial && !reached.has(state))
    .flatMap(({ state }) => ways.find((way) => way.to === state && !outward.includes(way)) ?? []);
  return [...outward, ...inward];
}
