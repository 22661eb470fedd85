/** How the console draws lifecycles: each way has a line of its own, and no line goes through a box that it does not join. */
import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import { expect, test } from 'vitest';
import { BOX, layOut, wayId, type Layout, type Point } from '../../console/parts/diagram/graph.js';
import { lifecycleView } from '../../gateway/lifecycle-view.js';
import { Lifecycles } from '../../gateway/lifecycles.js';

const elk = new ElkConstructor.default();
/** Wider than this a picture of usual width shows no name that could be read, in pixels. */
const WIDEST = 1_900;

test.each(new Lifecycles().all)('$table.name: no line goes through a box', async (served) => {
  const view = { ...lifecycleView(served), versions: [] };
  const layout = await layOut(elk, view);
  const ways = view.edges.filter(({ from, to }) => from !== to && layout.boxes[from] && layout.boxes[to]);
  expect(Object.keys(layout.lines).sort()).toEqual(ways.map(({ from, to }) => wayId(from, to)).sort());
  expect(ways.flatMap(({ from, to }) => inTheWay(layout, from, to))).toEqual([]);
  expect(layout.main.size).toBeGreaterThanOrEqual(Object.keys(layout.boxes).length - 1);
  expect(Math.max(...Object.values(layout.boxes).map(({ x }) => x + BOX.width))).toBeLessThan(WIDEST);
});

/** The boxes that a way's line goes through. It begins and ends at those of its own, and turns at right angles. */
function inTheWay({ boxes, lines }: Layout, from: string, to: string): string[] {
  const points = lines[wayId(from, to)] ?? [];
  const [first, last] = [points[0], points.at(-1)];
  expect(first && boxes[from] && touches(first, boxes[from]), `${wayId(from, to)} begins at its box`).toBe(true);
  expect(last && boxes[to] && touches(last, boxes[to]), `${wayId(from, to)} ends at its box`).toBe(true);
  return points.slice(1).flatMap((end, nth) => {
    const start = points[nth] ?? end;
    expect(Math.min(Math.abs(start.x - end.x), Math.abs(start.y - end.y)), 'a right angle').toBeLessThan(1);
    return Object.entries(boxes).flatMap(([state, box]) =>
      crosses(start, end, box) ? [`${wayId(from, to)} through ${state}`] : [],
    );
  });
}

/** Half a pixel lies on the edge. */
const EDGE = 0.5;

function crosses(a: Point, b: Point, box: Point): boolean {
  return (
    Math.max(a.x, b.x) > box.x + EDGE &&
    Math.min(a.x, b.x) < box.x + BOX.width - EDGE &&
    Math.max(a.y, b.y) > box.y + EDGE &&
    Math.min(a.y, b.y) < box.y + BOX.height - EDGE
  );
}

function touches({ x, y }: Point, box: Point): boolean {
  return x > box.x - EDGE && x < box.x + BOX.width + EDGE && y > box.y - EDGE && y < box.y + BOX.height + EDGE;
}
