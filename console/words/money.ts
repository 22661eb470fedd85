/** Amounts, as they are written in the currency they are in. */
import type { AmountsView } from '../../client/views.js';

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
    formats.set(currency, format);
  }
  return format;
}

/** `$1,234.00` from minor units. */
export function money(minor: number, currency: string): string {
  const format = formatOf(currency);
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** The sums of a list in one line: `$1,200.00 open, $300.00 paid`. Undefined where there is nothing to sum. */
export function sums(amounts: readonly AmountsView[]): string | undefined {
  const said = amounts.map(
    ({ currency, open, paid, approved, reserved }) =>
      `${money(reserved, currency)} reserved · ${money(approved, currency)} approved · ` +
      `${money(paid, currency)} paid · ${money(open, currency)} open`,
  );
  return said.length === 0 ? undefined : said.join('; ');
}
