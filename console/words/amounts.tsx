/** Amounts on the page: figures of the same width, so that columns can be compared. */
import { Text } from '@mantine/core';
import type { AmountsView } from '../../client/views.js';
import { money, sums } from './money.js';

/** One amount. */
export function Amount({ minor, currency }: { readonly minor: number; readonly currency: string }) {
  return (
    <Text span inherit className="figures">
      {money(minor, currency)}
    </Text>
  );
}

/** What a list comes to, in one line; nothing where its entities keep no account. */
export function Sums({ amounts }: { readonly amounts: readonly AmountsView[] }) {
  const said = sums(amounts);
  if (said === undefined) return null;
  return (
    <Text span size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {said}
    </Text>
  );
}
