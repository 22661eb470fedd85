/** A page that tells how to write something, taken at its word: its files are written, its changes made, mechanically. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file of the page, or a change of one that is there. */
export type Piece =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'change'; readonly path: string; readonly hunks: readonly Hunk[] };

/** What is to be found in the file, once, and what is to stand there instead; in lines. */
interface Hunk {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const HEADED_BLOCK = /^\*\*`([^`]+)`\*\*( \(change\))?\n\n```(\w+)\n(.*?)^```$/gms;

/** The pieces of a page in their order: code blocks under a path, those marked as a change being diffs. */
export function piecesOf(page: string): Piece[] {
  return [...page.matchAll(HEADED_BLOCK)].map(([, file = '', change, language, content = '']) => {
    if ((change !== undefined) !== (language === 'diff')) {
      throw new Error(`${file}: a change is a diff block and headed "(change)", and nothing else is`);
    }
    return change === undefined
      ? { kind: 'file', path: file, content }
      : { kind: 'change', path: file, hunks: content.split('@@\n').map(hunkOf) };
  });
}

function hunkOf(text: string): Hunk {
  const lines = text.split('\n').filter((line) => line !== '');
  const side = (gone: string) => lines.filter((line) => !line.startsWith(gone)).map((line) => line.slice(1));
  return { before: side('+'), after: side('-') };
}

/**
 * Writes a piece into a folder with the project. Who has followed the page has it there already, and can do so again.
 * @throws Error where a change does not fit exactly once
 */
export function apply(piece: Piece, folder: string): void {
  const file = path.join(folder, piece.path);
  if (piece.kind === 'file') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, piece.content);
    return;
  }
  let content = readFileSync(file, 'utf8');
  for (const { before, after } of piece.hunks) {
    if (content.includes(after.join('\n'))) continue;
    const found = content.split(`${before.join('\n')}\n`);
    if (found.length !== 2) {
      throw new Error(`${piece.path} holds these lines ${found.length - 1} times, not once:\n${before.join('\n')}`);
    }
    content = found.join(`${after.join('\n')}\n`);
  }
  writeFileSync(file, content);
}

/** Lines of code that a piece brings: no blank ones, no comments, no prose. */
export function linesOfCode(piece: Piece): number {
  if (!piece.path.endsWith('.ts')) return 0;
  const lines =
    piece.kind === 'file'
      ? piece.content.split('\n')
      : piece.hunks.flatMap(({ before, after }) => after.filter((line) => !before.includes(line)));
  return lines.filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*|\*)/.test(line)).length;
}
