/** A lifecycle's table, and those of its parts, as Mermaid state diagrams, which GitHub and most editors draw. */
import type { Lifecycle, PartTable } from '../workflows/lifecycle/definition.js';
import { span } from './span.js';

/**
 * The states of a lifecycle. An edge is labelled with what takes an entity over it unasked: the deadline of the state, a named
 * clock; and a reopening with the messages that bring it about. Every other edge is taken when what is awaited has come.
 */
export function stateDiagram(lifecycle: Lifecycle): string {
  const states = Object.entries(lifecycle.states).filter(([, { deprecated }]) => !deprecated);
  const lines = ['stateDiagram-v2', `  [*] --> ${lifecycle.initial}`];
  for (const [name, state] of states) {
    for (const target of state.to) {
      const labels = [
        ...(target === state.onDeadline && typeof state.deadline === 'number' ? [`after ${span(state.deadline)}`] : []),
        ...clocksOver(lifecycle, name, target),
      ];
      lines.push(`  ${name} --> ${target}${labels.length > 0 ? `: ${labels.join(', ')}` : ''}`);
    }
    if (state.terminal) lines.push(`  ${name} --> [*]`);
    if (state.reopens) lines.push(`  ${name} --> ${state.reopens.to}: ${state.reopens.by.join(', ')}`);
  }
  for (const [name, { waitsFor, owner }] of states) {
    if (waitsFor !== undefined) lines.push(`  note right of ${name}: ${waitsFor} (${owner})`);
  }
  return `${lines.join('\n')}\n`;
}

/** The states of a part. */
export function partDiagram(table: PartTable): string {
  const [first] = Object.keys(table);
  const lines = ['stateDiagram-v2', ...(first === undefined ? [] : [`  [*] --> ${first}`])];
  for (const [name, targets] of Object.entries(table)) {
    lines.push(...targets.map((target) => `  ${name} --> ${target}`));
    if (targets.length === 0) lines.push(`  ${name} --> [*]`);
  }
  return `${lines.join('\n')}\n`;
}

function clocksOver({ clocks = {} }: Lifecycle, from: string, to: string): string[] {
  return Object.entries(clocks)
    .filter(([, { spans, onBreach }]) => onBreach === to && spans.includes(from))
    .map(([name]) => `clock ${name}`);
}
