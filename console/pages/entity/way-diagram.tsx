/** The lifecycle with the way that this entity took, and the ways that are open from here. */
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { LifecycleView } from '../../../client/lifecycle-views.js';
import type { Explanation } from '../../../client/views.js';
import type { Box } from '../../parts/diagram/box.js';
import type { WayMark } from '../../parts/diagram/diagram.js';
import { LazyDiagram } from '../../parts/diagram/lazy.js';
import { duration } from '../../words/time.js';
import { inWords } from '../../words/words.js';
import { useJournal } from './journal.js';

const HEIGHT = 440;
/** So many ways from where it is are drawn. */
const MOST_OPEN = 6;

/** The picture, and the same in words. */
export function WayDiagram({
  table,
  explanation,
}: {
  readonly table: LifecycleView;
  readonly explanation: Explanation;
}) {
  const { lifecycle, id, state, next, visits, closed } = explanation;
  const lines = useJournal(lifecycle, id).lines;
  const ways = useMemo(() => {
    const marked: Record<string, WayMark> = {};
    // Of many the boxes say it alone: so many lines at once say nothing.
    if (!closed && next.length <= MOST_OPEN) for (const to of next) marked[`${state}→${to}`] = 'open';
    for (const { from, to } of lines) if (from !== undefined && to !== undefined) marked[`${from}→${to}`] = 'taken';
    return marked;
  }, [lines, state, next, closed]);
  // Where a deadline passed, and took it somewhere else.
  const missed = useMemo(
    () => new Set(lines.flatMap(({ from, causationId }) => (from && causationId === 'clock:state' ? [from] : []))),
    [lines],
  );
  const boxes = useMemo(
    () =>
      Object.fromEntries(
        table.states.map(({ state: name }): [string, Box] => {
          const visit = visits[name];
          if (name !== state && missed.has(name)) return [name, { look: 'late', said: '⚠ its deadline passed here' }];
          if (name === state) return [name, { look: 'here', said: closed ? 'ended here' : 'is here now' }];
          if (visit) {
            const times = visit.entered > 1 ? `${visit.entered} times, ` : '';
            return [name, { look: 'been', said: `was here: ${times}${duration(visit.totalMs, 'narrow')}` }];
          }
          if (!closed && next.includes(name)) return [name, { look: 'next', said: 'may come next' }];
          return [name, { look: 'idle' }];
        }),
      ),
    [table, state, next, visits, closed, missed],
  );
  return (
    <>
      <LazyDiagram
        lifecycle={table}
        boxes={boxes}
        ways={ways}
        height={HEIGHT}
        label={`The way of ${id} through the states of ${lifecycle}; the sentence below says the same`}
      />
      <Text size="sm" c="dimmed">
        {closed
          ? 'It has ended. '
          : `From ${inWords(state)} it may go to ${next.map(inWords).join(', ') || 'nowhere'}. `}
        Thick lines: the way it took. Dashed lines: a deadline or a failure leads there.
      </Text>
    </>
  );
}
