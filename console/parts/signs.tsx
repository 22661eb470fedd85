/** Small signs: always a shape and a word, so that colour is never all there is. */
import { Badge, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconAlertTriangle, IconCheck, IconCircleDot, IconCircleX, IconFlag, IconPlayerPause } from './icons.js';

/** What a sign says about what it stands beside. */
export type Tone = 'plain' | 'good' | 'attention' | 'bad' | 'resting';

const ICONS = {
  plain: IconCircleDot,
  good: IconCheck,
  attention: IconFlag,
  bad: IconCircleX,
  resting: IconPlayerPause,
} as const;

/** A word with a sign. */
export function Sign({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <Badge
      component="span"
      variant="default"
      size="md"
      tt="none"
      fw={500}
      radius="sm"
      data-tone={tone}
      className="sign"
      leftSection={<Icon size={13} aria-hidden />}
    >
      {children}
    </Badge>
  );
}

/** A figure with what it counts; a warning one bears a sign. */
export function Figure({
  label,
  value,
  warn = false,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly warn?: boolean;
}) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Group gap={6} wrap="nowrap">
        {warn && <IconAlertTriangle size={18} aria-hidden className="late" />}
        <Text fz={24} fw={600} lh={1.2} className={warn ? 'figures late' : 'figures'}>
          {value}
        </Text>
      </Group>
    </div>
  );
}
