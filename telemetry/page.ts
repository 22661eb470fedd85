/** The page of metrics, from their catalogue. */
import { GROUPS, type Declared } from './catalogue.js';

/** Markdown. */
export function metricsPage(): string {
  return `# Metrics

Generated from \`telemetry/catalogue.ts\` by \`npm run generate\`. Every process serves them at \`/metrics\`, in Prometheus's text format,
beside those of Node (\`process_*\`, \`nodejs_*\`); workers serve the Temporal SDK's own too (\`temporal_*\`). Who may read them, and what to
do when one of them says that something is wrong: [operations](../operations.md).

Labels are names that the code knows, never ids. Counters and histograms begin anew with their process; take \`rate\` or \`increase\`.
${GROUPS.map(({ title, metrics }) => `\n## ${title}\n\n| metric | type | labels | given by | says |\n| --- | --- | --- | --- | --- |\n${metrics.map(row).join('\n')}\n`).join('')}`;
}

function row({ name, type, labels, from, help, buckets }: Declared): string {
  const bounds = buckets ? `; buckets up to ${String(buckets.at(-1))}` : '';
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${from.join(', ')} | ${help}${bounds} |`;
}
