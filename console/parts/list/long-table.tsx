/** A table of any length: what is in sight is in the document, and the rest is read as one comes to it. */
import { Table } from '@mantine/core';
import { Fragment, memo, useRef, type ReactElement, type ReactNode } from 'react';
import { Heads, type Column } from './columns.js';
import { useRows, type RowsOf } from './rows.js';

/** Height of the page's header, under which the heads stay, in pixels. */
const HEADER = 56;

/** The table. @param props.children the cells of one row: a function of its own, not made anew by every drawing */
export function LongTable<Item>({
  label,
  columns,
  total,
  minWidth,
  children,
  ...list
}: RowsOf<Item> & {
  readonly label: string;
  readonly columns: readonly Column[];
  /** How many rows there are, also those that have not been read; undefined where nobody has counted. */
  readonly total: number | undefined;
  /** In pixels; on a narrower screen it is scrolled sideways. */
  readonly minWidth: number;
  readonly children: (item: Item) => ReactNode;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { rows, gapAfter, measure, holder } = useRows(list, body);
  const { items, query } = list.pages;
  const count = query.hasNextPage ? (total === undefined ? -1 : Math.max(total, items.length) + 1) : items.length + 1;
  return (
    <div className="long-list">
      <Table
        highlightOnHover
        stickyHeader
        stickyHeaderOffset={HEADER}
        layout="fixed"
        miw={minWidth}
        aria-label={label}
        aria-rowcount={count}
      >
        <Heads columns={columns} />
        <Table.Tbody ref={body} {...holder}>
          {rows.map(({ item, index, key, gap }) => (
            <Fragment key={key}>
              <Gap height={gap} columns={columns.length} />
              <Row
                item={item}
                index={index}
                chosen={key === list.chosen}
                measure={measure}
                // A row stays as it was drawn as long as it says the same.
                cells={children}
              />
            </Fragment>
          ))}
          <Gap height={gapAfter} columns={columns.length} />
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps<Item> {
  readonly item: Item;
  readonly index: number;
  readonly chosen: boolean;
  readonly measure: (row: Element | null) => void;
  readonly cells: (item: Item) => ReactNode;
}

const Row = memo(function Row<Item>({ item, index, chosen, measure, cells }: RowProps<Item>) {
  return (
    // The heads are the first row of all.
    <Table.Tr ref={measure} data-index={index} data-chosen={chosen} aria-rowindex={index + 2}>
      {cells(item)}
    </Table.Tr>
  );
}) as <Item>(props: RowProps<Item>) => ReactElement;

/** Room for rows that are not in the document. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  );
}
