/**
 * What the entities of a test run have walked, gathered from all its processes: each entity is a line of JSON in the file that the
 * environment variable `THROUGHLINE_EDGES` names. Without it nothing is gathered.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import type { History } from '../support/history.js';
import { KINDS, type Items, type Kind } from './universe.js';
import { walkedBy, type Heard } from './walked.js';

interface Sighting {
  readonly lifecycle: string;
  readonly walked: Partial<Record<Kind, readonly string[]>>;
}

/** Notes what an entity has walked; `history` is that of its last run. */
export function note(lifecycle: Lifecycle, journal: readonly Entry[], history: History): void {
  const file = process.env['THROUGHLINE_EDGES'];
  if (!file || journal.length === 0) return;
  const walked = walkedBy(lifecycle, journal, signalsOf(history));
  const sighting: Sighting = {
    lifecycle: lifecycle.name,
    walked: Object.fromEntries(KINDS.map((kind) => [kind, [...walked[kind]]])),
  };
  appendFileSync(file, `${JSON.stringify(sighting)}\n`);
}

/** All that was noted of a lifecycle. */
export function sightingsOf(file: string, lifecycle: string): Items {
  const items = Object.fromEntries(KINDS.map((kind) => [kind, new Set<string>()])) as Record<Kind, Set<string>>;
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  for (const line of lines) {
    const sighting = JSON.parse(line) as Sighting;
    if (sighting.lifecycle !== lifecycle) continue;
    for (const kind of KINDS) for (const item of sighting.walked[kind] ?? []) items[kind].add(item);
  }
  return items;
}

/** The signals of a run, each with the time of the workflow task that saw it, which is the time that its entry would bear. */
function signalsOf({ events }: History): Heard[] {
  let waiting: Omit<Heard, 'at'>[] = [];
  const heard: Heard[] = [];
  for (const event of events ?? []) {
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal) waiting.push({ name: signal.signalName ?? '', ...messageIdOf(signal.input?.payloads?.[0]) });
    if (!event.workflowTaskStartedEventAttributes) continue;
    const at = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
    heard.push(...waiting.map((one) => ({ ...one, at })));
    waiting = [];
  }
  return heard;
}

type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

/** Signals of foreign senders may hold anything, also what cannot be read. */
function messageIdOf(payload: Payload | undefined): { messageId?: string } {
  try {
    const message =
      payload && defaultPayloadConverter.fromPayload<{ envelope?: { messageId?: unknown } } | null>(payload);
    const messageId = message?.envelope?.messageId;
    return typeof messageId === 'string' ? { messageId } : {};
  } catch {
    return {};
  }
}
