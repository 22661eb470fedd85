/** How the work of the fleet stands, and the tables by which it goes. */
import { Controller, Get, Param } from '@nestjs/common';
import type { ConsoleSettings, OverviewView } from '../client/console-views.js';
import type { LifecycleView } from '../client/lifecycle-views.js';
import { version } from '../client/version.js';
import * as answers from './answers/console.js';
import { Asker } from './asker.js';
import { lifecycleView } from './lifecycle-view.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Overview } from './overview.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { Temporal } from './temporal.js';

@Controller('api')
export class OverviewController {
  /** A table does not change while the process runs. */
  private readonly tables = new Map<string, Omit<LifecycleView, 'versions'>>();

  constructor(
    private readonly overviews: Overview,
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly temporal: Temporal,
    private readonly settings: GatewaySettings,
  ) {}

  /** Per lifecycle and state what is in it, and what needs attention. */
  @Get('overview')
  @Operation({ summary: 'How everything stands', may: ['viewer'], answers: { 200: answers.overview } })
  overview(@Asker() asker: Asker): Promise<OverviewView> {
    return this.overviews.of(asker.readable(this.lifecycles.names));
  }

  @Get('lifecycles')
  @Operation({
    summary: 'The lifecycles with their states and messages',
    may: ['viewer'],
    answers: { 200: answers.lifecycles },
  })
  async all(@Asker() asker: Asker): Promise<{ readonly items: readonly LifecycleView[] }> {
    const names = asker.readable(this.lifecycles.names);
    return { items: await Promise.all(names.map((name) => this.view(name))) };
  }

  @Get('lifecycles/:lifecycle')
  @Operation({ summary: 'One lifecycle', may: ['viewer', 'service'], answers: { 200: answers.lifecycle } })
  one(@Param('lifecycle') lifecycle: string): Promise<LifecycleView> {
    return this.view(lifecycle);
  }

  /** What the console needs to know of its surroundings. */
  @Get('console')
  @Operation({
    summary: 'Where the console finds other things',
    may: ['viewer'],
    answers: { 200: answers.consoleSettings },
  })
  console(): ConsoleSettings {
    const ui = this.settings.temporalUiUrl;
    const { namespace } = this.temporal.client.options;
    return { version, temporal: { namespace, ...(ui !== undefined && { ui }) } };
  }

  /** @throws UnknownLifecycle */
  private async view(name: string): Promise<LifecycleView> {
    const table = this.tables.get(name) ?? lifecycleView(this.lifecycles.get(name));
    this.tables.set(name, table);
    return { ...table, versions: await this.records.read((reader) => reader.versions(name)) };
  }
}
