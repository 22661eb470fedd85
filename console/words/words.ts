/** Codes as words: what the tables and journals name in one word is read aloud here. */

/** `AwaitingDocuments` → `Awaiting documents`, `manualDecision` → `Manual decision`, `claims-review` → `Claims review`. */
export function inWords(code: string): string {
  const words = code
    .replace(/[-_.]+/g, ' ')
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .replace(/(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .trim()
    .split(/\s+/);
  const said = words.map((word, at) =>
    /^[A-Z\d]{2,}$/.test(word) ? word : at === 0 ? capital(word) : word.toLowerCase(),
  );
  return said.join(' ');
}

/** A sentence of the gateway, with the codes in it as words: `has been EscalatedForManualReview` → `has been Escalated for manual review`. */
export function readAloud(sentence: string, ...except: readonly string[]): string {
  return sentence.replace(/\S*[a-z][A-Z]\S*/g, (part) =>
    except.some((id) => part.includes(id))
      ? part
      : part.replace(/[A-Za-z]*[a-z][A-Z][A-Za-z]*/g, (code) =>
          /^[a-z]/.test(code) ? inWords(code).toLowerCase() : inWords(code),
        ),
  );
}

/** A sentence's first letter large. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const integers = new Intl.NumberFormat();

/** `1,234` */
export function count(n: number): string {
  return integers.format(n);
}

/** `1 claim`, `3 claims`. @param plural default: with an s */
export function counted(n: number, one: string, plural = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : plural}`;
}

/** The sum of figures. */
export const sum = (figures: readonly number[]): number => figures.reduce((total, n) => total + n, 0);
