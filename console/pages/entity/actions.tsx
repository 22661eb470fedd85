/** What the person may do with the entity now: the decision first, the rest in a menu. What the role does not allow is not there. */
import { Button, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import type { ActionsView, ActionView } from '../../../client/lifecycle-views.js';
import { entityApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { ActDialog } from '../../parts/act.js';

const GROUPS: readonly (readonly [ActionView['group'], string])[] = [
  ['review', 'Reviews'],
  ['decision', 'Decisions'],
  ['message', 'Messages'],
  ['clock', 'Clocks'],
  ['hold', 'Holds'],
  ['correction', 'Corrections'],
];

/** The buttons. */
export function Actions({ lifecycle, id }: { readonly lifecycle: string; readonly id: string }) {
  const actions = useRead<ActionsView>(`${entityApi(lifecycle, id)}/actions`).data;
  const [chosen, setChosen] = useState<ActionView>();
  const shown = (actions?.items ?? []).filter(({ allowed, refusal }) => allowed || refusal?.code !== 'Forbidden');
  const first = shown.filter(({ group, allowed }) => group === 'decision' && allowed);
  const rest = shown.filter((action) => !first.includes(action));
  return (
    <Group gap="xs">
      {first.map((action) => (
        <Button key={action.key} onClick={() => setChosen(action)}>
          {action.label}
        </Button>
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-end" width={320}>
          <Menu.Target>
            <Button variant="default">{first.length > 0 ? 'More' : 'Actions'}</Button>
          </Menu.Target>
          <Menu.Dropdown mah="70dvh" style={{ overflowY: 'auto' }}>
            {GROUPS.map(([group, title]) => (
              <ActionGroup
                key={group}
                title={title}
                actions={rest.filter((action) => action.group === group)}
                onChoose={setChosen}
              />
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <ActDialog lifecycle={lifecycle} id={id} action={chosen} onClose={() => setChosen(undefined)} />
    </Group>
  );
}

function ActionGroup({
  title,
  actions,
  onChoose,
}: {
  readonly title: string;
  readonly actions: readonly ActionView[];
  readonly onChoose: (action: ActionView) => void;
}) {
  if (actions.length === 0) return null;
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {actions.map((action) => (
        <Menu.Item key={action.key} disabled={!action.allowed} onClick={() => onChoose(action)}>
          {action.label}
          {action.target !== undefined && ` · ${action.target}`}
          {action.refusal && (
            <Text size="xs" c="dimmed">
              {action.refusal.sentence}
            </Text>
          )}
        </Menu.Item>
      ))}
    </>
  );
}
