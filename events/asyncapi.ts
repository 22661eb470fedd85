/**
 * Every event that leaves the fleet and every one that it listens to, as an AsyncAPI 3.0 document: derived from the tables of the
 * lifecycles and from the schemas that are used.
 */
import { z } from 'zod';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { brokerEvent } from './broker/event.js';
import { CATALOGUE } from './catalogue.js';
import { chainCompleted, stepCompleted } from './follow-up.js';
import { news, transition } from './news.js';

/** JSON; references point into the document itself. */
type Json = Readonly<Record<string, unknown>>;

/** A kind of event. */
interface Described {
  readonly type: string;
  readonly summary: string;
  /** Schema of its data. */
  readonly data: Json;
}

/** What several kinds of events say, by the name of its schema in the document. */
const SHARED = { transition, ...news, stepCompleted, chainCompleted } as const satisfies Readonly<
  Record<string, z.ZodType>
>;
const shared = (name: keyof typeof SHARED): Json => ({ $ref: `#/components/schemas/${name}` });

const CONTENT_TYPE = 'application/cloudevents+json';

/** The document. */
export function asyncApi(): Json {
  const channels = CATALOGUE.map(({ table }) => ({ name: table.name, said: eventsOf(table) }));
  const followUp = { name: 'followUp', said: FOLLOW_UP };
  const all = [...channels, followUp];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Throughline: events',
      version: '1',
      description:
        'CloudEvents 1.0 in structured JSON. Events of one source and partitionkey keep their order; each is delivered at least once, and a ' +
        'repeat bears the same source and id. How they travel: docs/choreography.md.',
    },
    defaultContentType: CONTENT_TYPE,
    channels: Object.fromEntries(all.map(({ name, said }) => [name, channel(name, said)])),
    operations: {
      ...Object.fromEntries(all.map(({ name, said }) => [`tell-${name}`, operation('send', name, said)])),
      'hear-followUp': operation('receive', 'followUp', FOLLOW_UP.slice(-1)),
    },
    components: {
      messages: Object.fromEntries(all.flatMap(({ said }) => said.map((event) => [event.type, message(event)]))),
      schemas: {
        cloudEvent: jsonSchema(brokerEvent),
        ...Object.fromEntries(Object.entries(SHARED).map(([name, schema]) => [name, jsonSchema(schema)])),
      },
    },
  };
}

function eventsOf(table: Lifecycle): Described[] {
  const type = (name: string) => `com.throughline.${table.name}.${name}.v1`;
  return [
    ...Object.entries(table.states).map(([state, { means, publishes }]) => ({
      type: type(state),
      summary: means,
      data: { allOf: [shared('transition'), { properties: { to: { const: state }, facts: factsOf(publishes) } }] },
    })),
    ...(Object.keys(news) as (keyof typeof news)[]).map((name) => ({
      type: type(name),
      summary: news[name].description ?? name,
      data: shared(name),
    })),
  ];
}

/** The names that a state publishes, and no other; `false` where it publishes none. */
const factsOf = (publishes: Readonly<Record<string, string>> | undefined): Json | false =>
  publishes !== undefined && {
    properties: Object.fromEntries(Object.keys(publishes).map((name) => [name, true])),
    additionalProperties: false,
  };

/** Of the product's own steps; a step that is added tells in the same way. */
const FOLLOW_UP: readonly Described[] = [
  ...['billing', 'survey', 'notification'].map((step) => ({
    type: `com.throughline.ticket.${step}.completed.v1`,
    summary: `The step ${step} of a follow-up is done.`,
    data: shared('stepCompleted'),
  })),
  {
    type: 'com.throughline.ticket.followUp.completed.v1',
    summary: 'Every step that follows a resolved ticket is done.',
    data: shared('chainCompleted'),
  },
];

/** On NATS an address is a subject; on PostgreSQL it says the same in columns. */
function channel(name: string, said: readonly Described[]): Json {
  return {
    address: 'throughline.events.{source}.{key}.{type}',
    title: name,
    parameters: {
      source: { description: 'source of the event, percent-encoded' },
      key: { description: 'partitionkey of the event, percent-encoded' },
      type: { description: 'type of the event, with underscores for dots' },
    },
    messages: Object.fromEntries(said.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function operation(action: 'send' | 'receive', name: string, said: readonly Described[]): Json {
  return {
    action,
    channel: { $ref: `#/channels/${name}` },
    messages: said.map(({ type }) => ({ $ref: `#/channels/${name}/messages/${type}` })),
  };
}

function message({ type, summary, data }: Described): Json {
  return {
    name: type,
    title: type,
    summary,
    contentType: CONTENT_TYPE,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/cloudEvent' },
        { type: 'object', properties: { type: { const: type }, data } },
      ],
    },
  };
}

/** As a sender writes it, in the draft that AsyncAPI has. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  void $schema;
  return rest;
}
