/** Cards one below the other, of any length: what is in sight is in the document, and the rest is read as one comes to it. */
import { useRef, type ReactNode } from 'react';
import { useRows, type RowsOf } from './rows.js';

/** The cards. @param props.children one of them, without its frame's role */
export function LongFeed<Item>({
  label,
  nameOf,
  children,
  ...list
}: RowsOf<Item> & {
  readonly label: string;
  /** What a card is called. */
  readonly nameOf: (item: Item) => string;
  readonly children: (item: Item) => ReactNode;
}) {
  const body = useRef<HTMLDivElement>(null);
  const { rows, gapAfter, measure, holder } = useRows(list, body);
  const { items, query } = list.pages;
  return (
    <div ref={body} role="feed" aria-label={label} aria-busy={query.isFetchingNextPage} {...holder}>
      {rows.map(({ item, index, key, gap }) => (
        <article
          key={key}
          ref={measure}
          data-index={index}
          aria-label={nameOf(item)}
          aria-posinset={index + 1}
          aria-setsize={query.hasNextPage ? -1 : items.length}
          style={{ marginTop: gap, paddingBottom: 'var(--mantine-spacing-md)' }}
        >
          {children(item)}
        </article>
      ))}
      <div style={{ height: gapAfter }} />
    </div>
  );
}
