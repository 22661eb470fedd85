/** A figure that leads to what it counts. */
import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Figure } from './signs.js';

/** The figure in a frame. */
export function FigureLink({
  href,
  label,
  value,
  warn = false,
}: {
  readonly href: string;
  readonly label: string;
  readonly value: ReactNode;
  readonly warn?: boolean;
}) {
  return (
    <Paper component={Link} href={href} withBorder p="md" className="tile">
      <Figure label={label} value={value} warn={warn} />
    </Paper>
  );
}
