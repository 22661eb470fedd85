/** A small reader of Dockerfiles: as much of them as ours uses. Whatever else one says is refused, so that nothing goes unnoticed. */
import { readFileSync } from 'node:fs';
import { ROOT } from './compose.js';

export interface Instruction {
  readonly name: string;
  /** Everything behind the name, continued lines joined. */
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

const KNOWN = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'];

/** @throws Error where it says something that this reader does not know */
export function stages(text = readFileSync(`${ROOT}Dockerfile`, 'utf8')): Stage[] {
  const found: { name: string; from: string; instructions: Instruction[] }[] = [];
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  for (const line of lines.filter((one) => one.trim() !== '' && !one.startsWith('#'))) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (!KNOWN.includes(name)) throw new Error(`the Dockerfile says what is not known here: ${line}`);
    const [, from = '', as = 'final'] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? [];
    if (name === 'FROM') found.push({ name: as, from, instructions: [] });
    else found.at(-1)?.instructions.push({ name, rest });
  }
  return found;
}

/** COPY's arguments. */
export function copyOf(rest: string): {
  readonly stage?: string;
  readonly sources: readonly string[];
  readonly to: string;
} {
  const words = rest.split(/\s+/);
  const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const paths = words.filter((word) => !word.startsWith('--'));
  return { ...(stage !== undefined && { stage }), sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}
