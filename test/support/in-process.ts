/** Parts of a fleet in the process of the tests, on real servers. */
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@temporalio/client';
import { inject } from 'vitest';
import { startServices } from '../../services/app.js';
import { configFromEnvironment } from '../../services/config.js';
import { FleetModule } from '../../workers/fleet.module.js';
import { WorkerFleet } from '../../workers/fleet.js';
import { settingsFromEnvironment } from '../../workers/settings.js';
import { SECRET } from '../gateway/stage.js';

/** The namespace that everything of this process works in from now on. */
export function workIn({ options }: Client): void {
  const { namespace } = options;
  Object.assign(process.env, {
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
    LOG_LEVEL: 'fatal',
  });
}

/** The reference services, which take seeds. @param more of their environment */
export const referenceServices = (
  databaseUrl: string,
  gatewayUrl: string,
  more: Readonly<Record<string, string>>,
): Promise<NestFastifyApplication> =>
  startServices(
    configFromEnvironment({
      DATABASE_URL: databaseUrl,
      THROUGHLINE_GATEWAY_URL: gatewayUrl,
      THROUGHLINE_CALLBACK_SECRET: SECRET,
      THROUGHLINE_SEED: '1',
      ...more,
    }),
  );

/** Workers of all roles. */
export async function allRoles(databaseUrl: string, servicesUrl: string): Promise<INestApplicationContext> {
  process.env['THROUGHLINE_SERVICES_URL'] = servicesUrl;
  const settings = settingsFromEnvironment({ DATABASE_URL: databaseUrl }, inject('workflowBundlePath'));
  const workers = await NestFactory.createApplicationContext(FleetModule.with(settings), { logger: false });
  await workers.get(WorkerFleet).start();
  return workers;
}
