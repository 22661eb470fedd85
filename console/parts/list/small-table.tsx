/** A table that is shown whole. */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { hasFigures, Heads, type Column } from './columns.js';

/** Narrower than this it is scrolled sideways, in pixels. */
const USUAL_WIDTH = 640;

/** The table. */
export function SmallTable({
  label,
  columns,
  minWidth = USUAL_WIDTH,
  rows,
}: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly minWidth?: number;
  /** A cell for each column. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table highlightOnHover aria-label={label}>
        <Heads columns={columns} />
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {columns.map((column, at) =>
                hasFigures(column) ? (
                  <Table.Td key={at} ta="right" className="figures">
                    {cells[at]}
                  </Table.Td>
                ) : (
                  <Table.Td key={at}>{cells[at]}</Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
