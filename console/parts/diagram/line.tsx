/** A way between two states, along the points that the layout gave it. */
import { BaseEdge, type EdgeProps } from '@xyflow/react';
import type { Point } from './graph.js';

/** Radius of a bend, in pixels. */
const BEND = 8;

/** Draws one way. */
export function LineEdge({ id, data, markerEnd }: EdgeProps) {
  const points = (data?.['points'] ?? []) as readonly Point[];
  return <BaseEdge id={id} path={along(points)} {...(markerEnd === undefined ? {} : { markerEnd })} />;
}

/** A path through the points, its corners rounded. */
function along(points: readonly Point[]): string {
  return points
    .map((point, at) => {
      const before = points[at - 1];
      const after = points[at + 1];
      if (!before) return `M ${point.x} ${point.y}`;
      if (!after) return `L ${point.x} ${point.y}`;
      const from = towards(point, before);
      const to = towards(point, after);
      return `L ${from.x} ${from.y} Q ${point.x} ${point.y} ${to.x} ${to.y}`;
    })
    .join(' ');
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const step = Math.min(BEND, length / 2) / length;
  return { x: from.x + (to.x - from.x) * step, y: from.y + (to.y - from.y) * step };
}
