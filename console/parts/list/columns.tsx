/** The heads of a table's columns. */
import { Table } from '@mantine/core';

/** One column: its head, and where that is more than text how wide it is, or that it holds figures, which stand to the right. */
export type Column = string | { readonly head: string; readonly width?: string | number; readonly figures?: boolean };

/** Whether a column holds figures. */
export const hasFigures = (column: Column): boolean => typeof column !== 'string' && column.figures === true;

/** The row of heads. */
export function Heads({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map((column) => {
          const { head, width } = typeof column === 'string' ? { head: column } : column;
          return (
            <Table.Th key={head} w={width} ta={hasFigures(column) ? 'right' : undefined}>
              {head}
            </Table.Th>
          );
        })}
      </Table.Tr>
    </Table.Thead>
  );
}
