/** A lifecycle's table as a Mermaid state diagram, which GitHub and most editors draw. */
import type { Lifecycle } from '../workflows/lifecycle/definition.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Mermaid `stateDiagram-v2`. Where a deadline leads is labelled; every other edge is taken when what is awaited has come. */
export function mermaid(lifecycle: Lifecycle): string {
  const lines = ['stateDiagram-v2', `  [*] --> ${lifecycle.initial}`];
  for (const [name, state] of Object.entries(lifecycle.states)) {
    for (const target of state.to) {
      const after =
        target === state.onDeadline && typeof state.deadline === 'number' ? span(state.deadline) : undefined;
      lines.push(`  ${name} --> ${target}${after === undefined ? '' : `: after ${after}`}`);
    }
    if (state.terminal) lines.push(`  ${name} --> [*]`);
  }
  for (const [name, state] of Object.entries(lifecycle.states)) {
    if (state.waitsFor !== undefined) lines.push(`  note right of ${name}: ${state.waitsFor} (${state.owner})`);
  }
  return `${lines.join('\n')}\n`;
}

function span(ms: number): string {
  const [n, unit] =
    ms >= DAY_MS ? [ms / DAY_MS, 'day'] : ms >= HOUR_MS ? [ms / HOUR_MS, 'hour'] : [ms / 60_000, 'minute'];
  return `${Number(n.toFixed(1))} ${unit}${n === 1 ? '' : 's'}`;
}
