/** The lists that are worth a name, with what is in them now. */
import { Button, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { SavedView } from '../../../client/console-views.js';
import { count } from '../../words/words.js';
import { savedViewPage } from './saved-views.js';

/** A row of them; the chosen one is marked. */
export function SavedViews({
  views,
  chosen,
  onClear,
}: {
  readonly views: readonly SavedView[];
  readonly chosen: SavedView | undefined;
  readonly onClear: () => void;
}) {
  if (views.length === 0) return null;
  return (
    <Group component="nav" gap="xs" aria-label="Saved views">
      {views.map((view) => (
        <Button
          key={`${view.lifecycle} ${view.view}`}
          component={Link}
          href={savedViewPage(view)}
          size="compact-md"
          fw={500}
          variant={view === chosen ? 'filled' : 'default'}
          aria-current={view === chosen ? 'page' : undefined}
          title={view.means}
        >
          {view.title} ({view.lifecycle})
          <Text span inherit ml={8} fw={700} className="figures">
            {count(view.count)}
          </Text>
        </Button>
      ))}
      {chosen && (
        <Button size="compact-md" variant="subtle" onClick={onClear}>
          Everything
        </Button>
      )}
    </Group>
  );
}
