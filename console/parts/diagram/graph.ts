/**
 * How a lifecycle is laid out. All of its ways at once are a thicket, so that few of them are drawn at a time; but each has a line of its
 * own around the boxes, and no box moves when others are drawn.
 */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { EdgeView, LifecycleView } from '../../../client/lifecycle-views.js';

/** Size of a state's box, in pixels. */
export const BOX = { width: 176, height: 96 } as const;

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is. */
export interface Layout {
  /** Upper left corners of the boxes by state. */
  readonly boxes: Readonly<Record<string, Point>>;
  /** The bends of every way by {@link wayId}, from box to box. */
  readonly lines: Readonly<Record<string, readonly Point[]>>;
  /** The ways that are always drawn. */
  readonly main: ReadonlySet<string>;
}

/** Names a way. */
export const wayId = (from: string, to: string): string => `${from}→${to}`;

const COMMON = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};

/** By the main ways alone: which states stand in a column, and in which order. */
const COLUMNS = {
  ...COMMON,
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  // A long row is broken as text is, so that names stay large enough to be read.
  'elk.aspectRatio': '1',
  'elk.layered.wrapping.strategy': 'MULTI_EDGE',
  'elk.layered.wrapping.correctionFactor': '1.2',
};

/** With the columns as they are: lines for all ways. Few are drawn at a time, so that they may lie close together, and share their ends. */
const LINES = {
  ...COMMON,
  'elk.layered.cycleBreaking.strategy': 'INTERACTIVE',
  'elk.layered.layering.strategy': 'INTERACTIVE',
  'elk.layered.crossingMinimization.strategy': 'INTERACTIVE',
  'elk.layered.mergeEdges': 'true',
  'elk.layered.spacing.nodeNodeBetweenLayers': '20',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '3',
  'elk.layered.spacing.edgeNodeBetweenLayers': '6',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeEdge': '3',
  'elk.spacing.edgeNode': '6',
};

/** Lays a lifecycle out. @param elk the engine, wherever it runs */
export async function layOut(elk: Pick<ELK, 'layout'>, lifecycle: LifecycleView): Promise<Layout> {
  const states = lifecycle.states.filter(({ deprecated }) => !deprecated).map(({ state }) => state);
  const names = new Set(states);
  const ways = lifecycle.edges.filter(({ from, to }) => from !== to && names.has(from) && names.has(to));
  const main = mainWays(states, lifecycle.initial, ways);
  const columns = await elk.layout(graph(COLUMNS, states, main));
  const places = new Map(columns.children?.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  const laidOut = await elk.layout(graph(LINES, states, ways, places));
  return {
    boxes: Object.fromEntries((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    lines: Object.fromEntries(
      (laidOut.edges ?? []).map(({ id, sections = [] }) => [
        id,
        sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]),
      ]),
    ),
    main: new Set(main.map(({ from, to }) => wayId(from, to))),
  };
}

function graph(
  layoutOptions: Readonly<Record<string, string>>,
  states: readonly string[],
  ways: readonly EdgeView[],
  places?: ReadonlyMap<string, Point>,
): ElkNode {
  return {
    id: 'lifecycle',
    layoutOptions,
    children: states.map((id) => ({ id, ...BOX, ...places?.get(id) })),
    edges: ways.map(({ from, to }) => ({ id: wayId(from, to), sources: [from], targets: [to] })),
  };
}

/** The first way out of each state, as the table has them, and one into each state that no such way leads to. */
function mainWays(states: readonly string[], initial: string, ways: readonly EdgeView[]): readonly EdgeView[] {
  const outward = states.flatMap((state) => ways.find(({ from }) => from === state) ?? []);
  const reached = new Set(outward.map(({ to }) => to));
  const inward = states
    .filter((state) => state !== initial && !reached.has(state))
    .flatMap((state) => ways.find((way) => way.to === state && !outward.includes(way)) ?? []);
  return [...outward, ...inward];
}
