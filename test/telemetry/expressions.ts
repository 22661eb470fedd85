/** Every PromQL expression of the alerts and the dashboards, and the metrics that it asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder of what others run beside the fleet. */
export const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

export interface Expression {
  /** `alerts.yml: DependencyFailing`, `fleet.json: Reviews overdue`. */
  readonly where: string;
  readonly expression: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alerts as they stand. */
export function alertRules(): AlertRule[] {
  const { groups } = parse(readFileSync(`${DEPLOY}prometheus/alerts.yml`, 'utf8')) as {
    groups: { rules: AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Both together. */
export function expressions(): Expression[] {
  const alerts = alertRules().map(({ alert, expr }) => ({ where: `alerts.yml: ${alert}`, expression: expr }));
  const panels = readdirSync(`${DEPLOY}grafana`)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const dashboard = JSON.parse(readFileSync(`${DEPLOY}grafana/${file}`, 'utf8')) as {
        panels: Panel[];
        templating: { list: { name: string; query?: string }[] };
      };
      const asked = dashboard.panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => ({ where: `${file}: ${title}`, expression: expr })),
      );
      const variables = dashboard.templating.list.flatMap(({ name, query }) =>
        query === undefined ? [] : [{ where: `${file}: $${name}`, expression: query }],
      );
      return [...asked, ...variables];
    });
  return [...alerts, ...panels];
}

/** A series that the rule tests plant. */
export interface PlantedSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** All of them, without the labels that a scraper adds. */
export function plantedSeries(): PlantedSeries[] {
  const file = fileURLToPath(new URL('alert-rules.yml', import.meta.url));
  const { tests } = parse(readFileSync(file, 'utf8')) as { tests: { input_series: { series: string }[] }[] };
  return tests.flatMap(({ input_series: planted }) => planted.map(({ series }) => seriesOf(series)));
}

/** @param text as Prometheus writes one: `name{label="value"}`, with or without its value behind it */
export function seriesOf(text: string): PlantedSeries {
  const [metric = ''] = /^\w+/.exec(text) ?? [];
  const labels = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const);
  return { metric, labels: Object.fromEntries(labels.filter(([name]) => name !== 'instance' && name !== 'job')) };
}

/** The labels that an expression selects or groups by, `le` and what a scraper adds aside. */
export function labelsIn(expression: string): string[] {
  const grouped = [...expression.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(','));
  const selected = [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name = '']) => name);
  const names = [...grouped, ...selected].map((name) => name.trim());
  return [...new Set(names)].filter((name) => !['', 'le', 'instance', 'job'].includes(name));
}

/** As their `TYPE` line names them: a histogram without what its series end with. */
export function metricsIn(expression: string): string[] {
  const names = expression.match(/\b(throughline|temporal|nodejs|process)_[a-z0-9_]+\b/g) ?? [];
  return [...new Set(names)].map(baseOf);
}

/** Of a series of a histogram the histogram. */
export const baseOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
