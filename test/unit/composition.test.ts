/** The composition and the image, against the specification and against what the code really has. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingsFromEnvironment as gatewaySettings } from '../../gateway/settings.js';
import { brokerSettings } from '../../events/broker/open.js';
import { hostAndPort } from '../../events/process.js';
import { portPlan } from '../../scripts/lib/ports.mjs';
import { SERVER_SETTINGS } from '../../scripts/lib/temporal-server.mjs';
import { configFromEnvironment } from '../../services/config.js';
import { settingsFromEnvironment as subscriberSettings } from '../../subscribers/settings.js';
import { ROLE_NAMES } from '../../workers/roles.js';
import { settingsFromEnvironment as workerSettings } from '../../workers/settings.js';
import {
  composition,
  environmentOf,
  ownServices,
  programOf,
  ROOT,
  variables,
  type Service,
} from '../deploy/compose.js';
import { copyOf, stages } from '../deploy/dockerfile.js';

const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');
const GIVEN = {
  POSTGRES_PASSWORD: 'pass1',
  THROUGHLINE_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  THROUGHLINE_OIDC_ISSUER: 'https://login.example.org',
  THROUGHLINE_OIDC_AUDIENCE: 'throughline',
  THROUGHLINE_METRICS_TOKEN: 'token1',
};
const { services } = composition();
const own = ownServices();
const environment = (name: string) => environmentOf(services[name] as Service, GIVEN);

describe('docker-compose.yml', () => {
  test('is a composition, by the schema of the specification', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    for (const format of ['duration', 'ports', 'expose', 'subnet_ip_address']) ajv.addFormat(format, true);
    const validate = ajv.compile(JSON.parse(read('test/deploy/compose-spec.json')) as object);
    validate(composition());
    expect(validate.errors).toBeNull();
    // It does bite.
    validate({ services: { one: { image: 'x', comand: ['y'] } } });
    expect(validate.errors).not.toBeNull();
  });

  test('has one service for each role of the workers', () => {
    const workers = own.filter(([, service]) => programOf(service) === 'workers/main.ts');
    expect(workers.map(([name]) => name)).toEqual(ROLE_NAMES.map((role) => `worker-${role}`));
    for (const [name] of workers) {
      const { roles, port } = workerSettings(environment(name), 'bundle');
      expect({ name, roles, port }).toEqual({
        name,
        roles: [name.replace('worker-', '')],
        port: portPlan(7230).workers,
      });
    }
  });

  test('runs programs that there are, with settings that they take, on the ports that they have', () => {
    for (const [name, service] of own) expect([name, existsSync(`${ROOT}${programOf(service)}`)]).toEqual([name, true]);
    const ports = portPlan(7230);
    expect(gatewaySettings(environment('gateway'))).toMatchObject({
      host: '0.0.0.0',
      port: ports.gateway,
      broker: { kind: 'nats' },
    });
    expect(configFromEnvironment(environment('services'))).toMatchObject({
      host: '0.0.0.0',
      port: ports.services,
      seeding: false,
      faults: false,
    });
    expect(hostAndPort(environment('relay'), 0)).toEqual({ host: '0.0.0.0', port: ports.relay });
    expect(hostAndPort(environment('subscribers'), 0)).toEqual({ host: '0.0.0.0', port: ports.subscribers });
    expect(brokerSettings(environment('relay'))).toEqual({ kind: 'nats', url: 'nats://nats:4222' });
    expect(subscriberSettings(environment('subscribers'), new URL('file:///x')).broker).toMatchObject({ kind: 'nats' });
    // Where each says that another is, that one listens.
    const urls = own.flatMap(([, { environment: said = {} }]) =>
      Object.values(said).flatMap((text) => String(text).match(/http:\/\/[a-z]+:\d+/g) ?? []),
    );
    for (const url of new Set(urls)) {
      const { hostname, port } = new URL(url);
      expect([url, environment(hostname)['PORT']]).toEqual([url, port]);
    }
  });

  test('sets no variable that nothing reads', () => {
    const sources = ['activities', 'workers', 'gateway', 'services', 'subscribers', 'events', 'records', 'telemetry']
      .map((folder) => allOf(folder))
      .join('');
    // Where a service is that is not among the others is asked for by its name.
    const isRead = (variable: string) =>
      new RegExp(`\\b${variable}\\b`).test(sources) ||
      sources.includes(`'${/^THROUGHLINE_([A-Z]+)_URL$/.exec(variable)?.[1]?.toLowerCase() ?? '?'}'`);
    // The SDKs' own.
    const theirs = /^(TEMPORAL_(ADDRESS|NAMESPACE)|OTEL_)/;
    for (const [name, { environment: said = {} }] of own)
      for (const variable of Object.keys(said).filter((one) => !theirs.test(one)))
        expect([name, variable, isRead(variable)]).toEqual([name, variable, true]);
  });

  test('holds no secret, and .env.example names what has to be given', () => {
    const example = Object.fromEntries(
      read('.env.example')
        .split('\n')
        .filter((line) => /^[A-Z]/.test(line))
        .map((line) => line.split('=') as [string, string]),
    );
    for (const [name, how] of variables()) if (how === 'required') expect(Object.keys(example)).toContain(name);
    expect(new Set(Object.values(example))).toEqual(new Set(['']));
    for (const [name, { environment: said = {} }] of Object.entries(services))
      for (const [variable, value] of Object.entries(said))
        if (/PASSWORD|PWD|SECRET|TOKEN|DATABASE_URL/.test(variable))
          expect([name, variable, value]).toEqual([name, variable, expect.stringMatching(/\$\{\w+:\?/)]);
    expect(() => environmentOf(services['gateway'] as Service, {})).toThrow('set it in .env');
  });

  test('waits for what is needed, and only for what says when it is there', () => {
    for (const [name, { depends_on: needs = {} }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        const other = services[needed];
        const says =
          condition === 'service_healthy'
            ? (other?.healthcheck?.test ?? (other?.build && 'the image does'))
            : (other?.command ?? (other as { entrypoint?: unknown } | undefined)?.entrypoint);
        expect([name, needed, Boolean(says)]).toEqual([name, needed, true]);
      }
    }
    for (const [name] of own.filter(([one]) => one.startsWith('worker-')))
      expect(Object.keys(services[name]?.depends_on ?? {})).toEqual(['migrate', 'namespace']);
  });

  test('is open to this machine alone', () => {
    for (const [name, { ports = [] }] of Object.entries(services))
      for (const port of ports) expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  test('is scraped whole by the example for Prometheus, which bears the token', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: {
        authorization?: { credentials_file?: string };
        static_configs?: { targets: string[] }[];
        dns_sd_configs?: { names: string[]; port: number }[];
      }[];
    };
    const scraped = jobs.flatMap(({ static_configs: fixed = [], dns_sd_configs: byName = [] }) => [
      ...fixed.flatMap(({ targets }) => targets),
      ...byName.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
    ]);
    const serving = own.filter(([name]) => name !== 'migrate').map(([name]) => `${name}:${environment(name)['PORT']}`);
    expect(scraped.toSorted()).toEqual(serving.toSorted());
    for (const { authorization } of jobs) expect(authorization?.credentials_file).toBeTruthy();
  });

  test('gives the Temporal server the settings that the fleet wants, out of files that there are', () => {
    const file = parse(read('deploy/temporal/dynamic-config.yaml')) as Record<string, { value: unknown }[]>;
    expect(Object.fromEntries(Object.entries(file).map(([key, [first]]) => [key, first?.value]))).toEqual(
      SERVER_SETTINGS,
    );
    for (const service of ['temporal', 'temporal-schema', 'namespace'] as const) {
      const said = services[service] as Service & { entrypoint?: readonly string[] };
      expect(said.volumes).toEqual(['./deploy/temporal:/deploy:ro']);
      const named = [...(said.entrypoint ?? []), ...Object.values(said.environment ?? {})].filter((text) =>
        String(text).startsWith('/deploy/'),
      );
      expect(named).toHaveLength(1);
      expect(existsSync(`${ROOT}deploy/temporal/${String(named[0]).slice('/deploy/'.length)}`)).toBe(true);
    }
  });
});

describe('Dockerfile', () => {
  const built = stages();
  const final = built.at(-1);
  const said = (name: string) => final?.instructions.filter((one) => one.name === name).map(({ rest }) => rest) ?? [];

  test('copies what there is', () => {
    for (const { instructions } of built)
      for (const { rest } of instructions.filter(({ name }) => name === 'COPY')) {
        const { stage, sources } = copyOf(rest);
        if (stage !== undefined) expect(built.map(({ name }) => name)).toContain(stage);
        else for (const source of sources) expect([source, existsSync(`${ROOT}${source}`)]).toEqual([source, true]);
      }
  });

  test('runs as nobody special, says when it is ready, and listens where the processes do', () => {
    expect(said('USER')).toEqual(['node']);
    expect(said('HEALTHCHECK')[0]).toContain('/readyz');
    const { gateway, services: fleet, workers, relay, subscribers } = portPlan(7230);
    expect(said('EXPOSE')[0]?.split(' ').map(Number)).toEqual([gateway, fleet, workers, relay, subscribers]);
    const [command] = said('CMD');
    expect(
      existsSync(`${ROOT}${(JSON.parse(command ?? '[]') as string[])[1]?.replace(/^dist\//, '').replace(/js$/, 'ts')}`),
    ).toBe(true);
    expect(said('RUN')).toEqual([]);
  });

  test('runs a Node that the project takes, and leaves out what is not its own', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toContain('>=22.12');
    for (const { from } of built) expect(from).toMatch(/^node:22-/);
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.env', '.git', 'node_modules', 'dist']) expect(ignored).toContain(name);
    expect(statSync(`${ROOT}deploy/temporal/set-up-schema.sh`).mode & 0o111).not.toBe(0);
  });
});

function allOf(folder: string): string {
  return sourceFiles(`${ROOT}${folder}`)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}
