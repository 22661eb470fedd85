/** What the documentation shows and points to is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { stateDiagram } from '../../../events/diagram.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';

const PAGES = [
  'README.md',
  'examples/README.md',
  'services/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

it('the README shows a part of the diagram that the command prints', () => {
  const [, shown = ''] = /```mermaid\n([^`]+)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const edgesOf = (diagram: string) => diagram.split('\n').flatMap((line) => /^ {2}\S+ --> [^:]+/.exec(line) ?? []);
  const whole = edgesOf(stateDiagram(claimLifecycle));
  expect(edgesOf(shown).length).toBeGreaterThan(20);
  expect(edgesOf(shown).filter((edge) => !whole.includes(edge))).toEqual([]);
});

it.each(PAGES)('%s links to files that exist', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target);
  expect(links.filter((target) => !existsSync(path.join(path.dirname(page), target)))).toEqual([]);
});

it('every decision is in the list of decisions', () => {
  const list = readFileSync('docs/decisions/README.md', 'utf8');
  const pages = readdirSync('docs/decisions').filter((name) => /^\d/.test(name));
  expect(pages.filter((name) => !list.includes(`](${name})`))).toEqual([]);
});
