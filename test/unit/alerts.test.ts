/** Alerts: that they are valid, that each raises what it should and nothing else does, and that each says what to do. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { Progress } from '../../scripts/lib/progress.mjs';
import { resolvePromtool } from '../../scripts/lib/promtool.mjs';
import { METRICS, type Declared } from '../../telemetry/catalogue.js';
import {
  alertRules,
  baseOf,
  DEPLOY,
  expressions,
  labelsIn,
  metricsIn,
  plantedSeries,
} from '../telemetry/expressions.js';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const run = promisify(execFile);

describe('by promtool', () => {
  let promtool: string;
  beforeAll(async () => {
    promtool = await new Progress(process.stderr).step('promtool', resolvePromtool);
  });

  test('the rules are valid', async () => {
    const { stdout } = await run(promtool, ['check', 'rules', `${DEPLOY}prometheus/alerts.yml`]);
    expect(stdout).toContain(`SUCCESS: ${alertRules().length} rules found`);
  });

  test('what is planted raises its alert and no other', async () => {
    await run(promtool, ['test', 'rules', file('test/telemetry/alert-rules.yml')]);
  });

  test('every expression of a dashboard is one', async () => {
    const queries = expressions().filter(
      ({ expression }) => expression.includes('throughline_') && !expression.startsWith('label_values'),
    );
    const groups = [
      {
        name: 'dashboards',
        rules: queries.map(({ expression }, i) => ({
          record: `dashboard:${i}`,
          expr: expression.replaceAll('$lifecycle', '.*'),
        })),
      },
    ];
    const folder = mkdtempSync(path.join(tmpdir(), 'throughline-dashboards-'));
    try {
      writeFileSync(path.join(folder, 'rules.json'), JSON.stringify({ groups }));
      const { stdout } = await run(promtool, ['check', 'rules', path.join(folder, 'rules.json')]);
      expect(stdout).toContain(`SUCCESS: ${queries.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('every alert is tried', () => {
  const tried = readFileSync(file('test/telemetry/alert-rules.yml'), 'utf8');
  for (const { alert } of alertRules()) expect(tried).toContain(alert);
});

test('every alert has a runbook, and every runbook its alert', () => {
  const page = readFileSync(file('docs/operations.md'), 'utf8');
  const runbooks = [...page.matchAll(/^### (Throughline\w+)$/gm)].map(([, name = '']) => name);
  const alerts = alertRules();
  expect(runbooks.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations, labels } of alerts) {
    expect(annotations['runbook_url']).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(['page', 'ticket']).toContain(labels['severity']);
  }
});

test('no alert and no dashboard asks for a metric of ours that no process gives', () => {
  const declared = new Set(Object.values<Declared>(METRICS).map(({ name }) => name));
  const asked = expressions().flatMap(({ expression }) => metricsIn(expression));
  expect(asked.filter((name) => name.startsWith('throughline_') && !declared.has(name))).toEqual([]);
  // And none is given in vain.
  const wanted = new Set(asked);
  expect([...declared].filter((name) => !wanted.has(name))).toEqual([]);
});

test('what is asked for, and what is planted, has the labels that the metric is given with', () => {
  const declared = new Map(Object.values<Declared>(METRICS).map(({ name, labels }) => [name, labels]));
  const ours = expressions().filter(({ expression }) => expression.includes('throughline_'));
  for (const { where, expression } of ours) {
    const known = metricsIn(expression).flatMap((name) => declared.get(name) ?? []);
    for (const label of labelsIn(expression))
      expect([where, label, known.includes(label)]).toEqual([where, label, true]);
  }
  const planted = plantedSeries().filter(({ metric }) => metric !== 'up');
  expect(planted.length).toBeGreaterThan(20);
  for (const { metric, labels } of planted) {
    const given = Object.keys(labels).filter((label) => label !== 'le');
    expect([metric, given.toSorted()]).toEqual([metric, [...(declared.get(baseOf(metric)) ?? [])].toSorted()]);
  }
});
