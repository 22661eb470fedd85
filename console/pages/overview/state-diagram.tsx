/** A lifecycle with what is in each of its states now. */
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { LifecycleOverview, StateOverview } from '../../../client/console-views.js';
import type { LifecycleView } from '../../../client/lifecycle-views.js';
import { listPage } from '../../http/paths.js';
import type { Box } from '../../parts/diagram/box.js';
import { LazyDiagram } from '../../parts/diagram/lazy.js';
import { duration } from '../../words/time.js';
import { count } from '../../words/words.js';

const HEIGHT = 500;

/** The picture. */
export function StateDiagram({
  table,
  overview,
}: {
  readonly table: LifecycleView;
  readonly overview: LifecycleOverview;
}) {
  const boxes = useMemo(() => {
    const figures = new Map(overview.states.map((state) => [state.state, state]));
    return Object.fromEntries(
      table.states.map(({ state }) => [state, boxOf(table.lifecycle, state, figures.get(state))]),
    );
  }, [table, overview]);
  return (
    <>
      <LazyDiagram
        lifecycle={table}
        boxes={boxes}
        height={HEIGHT}
        label={`States of ${table.lifecycle} with what is in them now; the table below says the same`}
      />
      <Text size="sm" c="dimmed">
        The first way out of each state is drawn; point at a state to see all of its ways.
      </Text>
    </>
  );
}

function boxOf(lifecycle: string, state: string, figures: StateOverview | undefined): Box {
  const href = listPage({ lifecycle, state });
  if (!figures || figures.count === 0) return { look: 'idle', said: 'none', href };
  const { count: inIt, late, age } = figures;
  return {
    href,
    look: late > 0 ? 'late' : 'plain',
    said: (
      <>
        <b>{count(inIt)}</b>
        {age && ` · half over ${duration(age.medianMs, 'narrow')}`}
        {late > 0 && <div className="late">⚠ {count(late)} late</div>}
      </>
    ),
  };
}
