/** A lifecycle as a picture: boxes for its states, lines for its ways. Loaded on demand, with the library that draws it. */
import '@xyflow/react/dist/base.css';
import './diagram.css';
import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, MarkerType, Position, ReactFlow, type Edge, type Node } from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import type { LifecycleView } from '../../../client/lifecycle-views.js';
import { Loading } from '../states.js';
import { BoxNode, type Box } from './box.js';
import { BOX, wayId, type Layout } from './graph.js';
import { layoutOf } from './layout.js';
import { LineEdge } from './line.js';

const NODE_TYPES = { box: BoxNode };
const EDGE_TYPES = { line: LineEdge };
/** Smallest scale at which the names of states can be read. */
const LEAST_ZOOM = 0.3;

/** How a way is drawn. `plain`: it exists; `taken`: this entity went it; `open`: it may go it next. */
export type WayMark = 'plain' | 'taken' | 'open';

/** What is drawn. */
export interface DiagramProps {
  readonly lifecycle: LifecycleView;
  /** What each state's box says beside its name. */
  readonly boxes: Readonly<Record<string, Box>>;
  /** Ways that stand out, by `from→to`. Beside them the main ones are drawn, and all of the state that is pointed at. */
  readonly ways?: Readonly<Record<string, WayMark>>;
  readonly height: number;
  /** For whoever cannot see it. */
  readonly label: string;
}

/** The picture. */
export default function Diagram({ lifecycle, boxes, ways, height, label }: DiagramProps) {
  const scheme = useComputedColorScheme('light');
  const [layout, setLayout] = useState<Layout>();
  const [hovered, setHovered] = useState<string>();
  useEffect(() => {
    let current = true;
    void layoutOf(lifecycle).then((done) => current && setLayout(done));
    return () => {
      current = false;
    };
  }, [lifecycle]);
  const nodes = useMemo(() => (layout ? nodesOf(layout, boxes) : []), [layout, boxes]);
  const edges = useMemo(
    () => (layout ? edgesOf(lifecycle, layout, ways ?? {}, hovered) : []),
    [lifecycle, layout, ways, hovered],
  );
  if (!layout) return <Loading label="Drawing" />;
  return (
    <figure className="diagram" style={{ height }} aria-label={label}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={scheme}
        fitView
        fitViewOptions={{ padding: 0.04 }}
        minZoom={LEAST_ZOOM}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        onNodeMouseEnter={(_, { id }) => setHovered(id)}
        onNodeMouseLeave={() => setHovered(undefined)}
      >
        <Background gap={24} />
        <Controls showInteractive={false} position="top-left" orientation="horizontal" />
      </ReactFlow>
    </figure>
  );
}

function nodesOf({ boxes: places }: Layout, boxes: DiagramProps['boxes']): Node[] {
  return Object.entries(places).map(([state, position]) => ({
    id: state,
    type: 'box',
    position,
    data: { state, ...boxes[state] },
    // Known beforehand: nothing has to be measured before lines can be drawn.
    ...BOX,
    handles: [
      { type: 'target', position: Position.Left, x: 0, y: BOX.height / 2 },
      { type: 'source', position: Position.Right, x: BOX.width, y: BOX.height / 2 },
    ],
  }));
}

function edgesOf(
  { edges }: LifecycleView,
  layout: Layout,
  ways: Readonly<Record<string, WayMark>>,
  hovered: string | undefined,
): Edge[] {
  return (
    edges
      .filter(({ from, to }) => from !== to && layout.boxes[from] && layout.boxes[to])
      // What is drawn last lies on top, and all of it under the boxes.
      .sort((a, b) => Number(wayId(a.from, a.to) in ways) - Number(wayId(b.from, b.to) in ways))
      .map(({ from, to, triggers }) => {
        const id = wayId(from, to);
        const pointed = hovered === from || hovered === to;
        const mark = ways[id] ?? 'plain';
        const unasked = triggers.every(({ kind }) => kind === 'deadline' || kind === 'failure' || kind === 'clock');
        return {
          id,
          source: from,
          target: to,
          type: 'line',
          hidden: !layout.main.has(id) && mark === 'plain' && !pointed,
          className: `way way-${pointed ? 'pointed' : mark}${unasked ? ' way-unasked' : ''}`,
          markerEnd: {
            type: MarkerType.ArrowClosed,
            markerUnits: 'userSpaceOnUse',
            width: 14,
            height: 14,
            color: mark === 'plain' && !pointed ? 'var(--way)' : 'var(--way-marked)',
          },
          data: { points: layout.lines[id] },
        };
      })
  );
}
