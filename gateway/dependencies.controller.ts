/** The services that entities depend on: whether calls to them are made, and who said so. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { DEPENDENCIES } from '../activities/dependencies.js';
import type { DependencyChanged, DependencyView } from '../client/dependencies.js';
import { actor, code, reference } from '../events/common.js';
import { pause, resume, type OperatorChange } from '../records/dependencies.js';
import * as answers from './answers/fleet.js';
import { actorOf } from './access/senders.js';
import { Asker } from './asker.js';
import { Operation } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

const change = z.strictObject({
  reason: code,
  note: reference.exactOptional(),
  actor: actor.partial({ authenticated: true }).exactOptional(),
});

type Change = z.infer<typeof change>;

@Controller('api/dependencies')
export class DependenciesController {
  constructor(private readonly records: Records) {}

  /** All of them, in the order in which a claim meets them. */
  @Get()
  @Operation({
    summary: 'The services that entities depend on',
    may: ['viewer', 'service'],
    answers: { 200: answers.dependencies },
  })
  async list(): Promise<{ readonly items: readonly DependencyView[] }> {
    return { items: await this.views() };
  }

  /** From now on no calls to it are made; the entities that need it wait. 200 also where it was paused already. */
  @Post(':name/pause')
  @Operation({
    summary: 'Stop the calls to a service',
    may: ['operator', 'admin'],
    answers: { 200: answers.dependencyChanged },
  })
  @HttpCode(200)
  async pause(
    @Param('name') name: string,
    @Body(new Valid(change, 'pause')) body: Change,
    @Asker() asker: Asker,
  ): Promise<DependencyChanged> {
    const asked = operatorChange(name, body, asker);
    const changed = await this.records.write((db) => pause(db, asked));
    return { changed, dependency: await this.view(name) };
  }

  /** Calls to it are made again, whoever or whatever had stopped them. 200 also where nobody had. */
  @Post(':name/resume')
  @Operation({
    summary: 'Make calls to a service again',
    may: ['operator', 'admin'],
    answers: { 200: answers.dependencyChanged },
  })
  @HttpCode(200)
  async resume(
    @Param('name') name: string,
    @Body(new Valid(change, 'resume')) body: Change,
    @Asker() asker: Asker,
  ): Promise<DependencyChanged> {
    const asked = operatorChange(name, body, asker);
    const changed = await this.records.write((db) => resume(db, asked));
    return { changed, dependency: await this.view(name) };
  }

  private async view(name: string): Promise<DependencyView> {
    const found = (await this.views()).find((view) => view.name === name);
    return found ?? { name, status: 'up', deferred: 0 };
  }

  private async views(): Promise<DependencyView[]> {
    const [gates, deferred] = await this.records.read((reader) =>
      Promise.all([reader.dependencies(), reader.countDeferred()]),
    );
    return DEPENDENCIES.map((name) => {
      const gate = gates.find((candidate) => candidate.name === name);
      return { name, status: 'up', ...gate, deferred: deferred[name] ?? 0 };
    });
  }
}

/** @throws Problem 404 `UnknownDependency`; 403 `ForeignActor` */
function operatorChange(name: string, { reason, note, actor: given }: Change, asker: Asker): OperatorChange {
  if (!DEPENDENCIES.includes(name)) {
    throw new Problem(
      404,
      'UnknownDependency',
      `there is no dependency ${JSON.stringify(name.slice(0, 64))}; use ${DEPENDENCIES.join(', ')}`,
    );
  }
  return {
    name,
    reason,
    actor: actorOf(asker, given),
    ...(note === undefined ? {} : { note }),
  };
}
