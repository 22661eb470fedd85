/** Words as codes: what is on record for ever is a code, and people type words. */

/** Longest code. */
const LONGEST = 64;

/** `checked with the insured` → `checkedWithTheInsured`; what is a code already stays as it is. */
export function asCode(text: string): string {
  const [first = '', ...rest] = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .split(/[^A-Za-z0-9._-]+/)
    .filter(Boolean);
  const code = [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  return code.replace(/^[._-]+/, '').slice(0, LONGEST);
}
