/** Declared catastrophes: declaring, the board, the claims that came before, closing. */
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type {
  AttachableClaim,
  AttachableView,
  CatastropheBoard,
  CatastropheChanged,
  CatastropheView,
} from '../client/catastrophes.js';
import { actor, code, isoDate, reference } from '../events/common.js';
import { board } from '../records/catastrophe-board.js';
import {
  attachable,
  attachableClaims,
  catastrophes,
  close,
  declare,
  findCatastrophe,
  namesakes,
  type Catastrophe,
  type Declaration,
} from '../records/catastrophes.js';
import { canonicalJson } from '../workflows/lifecycle/canonical.js';
import * as answers from './answers/fleet.js';
import { actorOf } from './access/senders.js';
import { Asker } from './asker.js';
import { Operation } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { Valid } from './valid.pipe.js';

/** Claims started per second. */
const LEAST_RATE = 0.01;
const MOST_RATE = 100;
/** Claims of one page. */
const PAGE_LIMIT = 500;

const by = actor.partial({ authenticated: true });
const rate = z.number().min(LEAST_RATE).max(MOST_RATE);

const declaration = z
  .strictObject({
    code: code.describe('Under which it is found: SANDY-2012.'),
    name: z.string().min(1).max(100).describe('What its claims bear: Hurricane Sandy.'),
    from: isoDate.describe('First date of loss.'),
    to: isoDate.describe('Last date of loss.'),
    states: z
      .array(z.string().regex(/^[A-Z]{2}$/, 'a two-letter state or territory code'))
      .min(1)
      .max(100)
      .describe('Two-letter codes: NY, NJ.'),
    zips: z
      .array(
        z.string().regex(/^(\d{5}|\d{1,4}\*)$/, 'a five-digit ZIP code, or its first digits and a star, such as 116*'),
      )
      .max(2000)
      .exactOptional()
      .describe('ZIP codes, or beginnings of them with a star (116*). Without any: all of each state.'),
    bulletin: reference.describe('Number of the bulletin that declares it.'),
    rate: rate
      .nullable()
      .exactOptional()
      .describe('Claims let in per second; empty: what the gateway is set to. The others wait in line.'),
    actor: by.exactOptional(),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'use the date of "from", or a later one' });

const closing = z.strictObject({ actor: by.exactOptional() });

const listQuery = z.strictObject({ open: z.stringbool({ error: 'true or false' }).default(false) });

const pageQuery = z.strictObject({
  cursor: z.string().max(512).exactOptional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(PAGE_LIMIT),
});

@Controller('api/catastrophes')
export class CatastrophesController {
  constructor(
    private readonly records: Records,
    private readonly settings: GatewaySettings,
  ) {}

  /** All of them, or those that are open, in the order of their declaration. */
  @Get()
  @Operation({
    summary: 'Declared catastrophes',
    may: ['viewer', 'service'],
    answers: { 200: answers.catastropheList },
  })
  async list(
    @Query(new Valid(listQuery, 'query')) which: z.infer<typeof listQuery>,
  ): Promise<{ readonly items: readonly CatastropheView[] }> {
    return { items: await this.records.write((db) => catastrophes(db, which)) };
  }

  /** 201; 200 where the same was declared before. */
  @Post()
  @Operation({
    summary: 'Declare a catastrophe',
    may: ['supervisor', 'admin'],
    answers: { 200: answers.catastropheChanged, 201: answers.catastropheChanged },
  })
  async declare(
    @Body(new Valid(declaration, 'declaration')) body: z.infer<typeof declaration>,
    @Asker() asker: Asker,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CatastropheChanged> {
    const { actor: who, states, zips = [], rate: given, ...rest } = body;
    const asked: Declaration = {
      ...rest,
      states: sortedOnce(states),
      zips: sortedOnce(zips),
      rate: given === undefined ? (this.settings.admissionRate ?? null) : given,
      declaredBy: actorOf(asker, who),
    };
    const changed = await this.records.write((db) => declare(db, asked));
    const [first, second] = await this.records.write((db) => namesakes(db, asked));
    const other = second ?? (first && !changed && differs(first, asked, given === undefined) ? first : undefined);
    if (!first || other) throw taken(asked, other);
    void reply.status(changed ? 201 : 200);
    return { changed, catastrophe: first };
  }

  /** The board, as the records are now. */
  @Get(':code')
  @Operation({ summary: 'The board of a catastrophe', may: ['viewer'], answers: { 200: answers.catastropheBoard } })
  async board(@Param('code') code: string): Promise<CatastropheBoard> {
    const catastrophe = await this.find(code);
    const counted = await this.records.write((db) => board(db, catastrophe));
    return { catastrophe, asOf: new Date().toISOString(), ...counted };
  }

  /** How many claims on record it met before it was declared, and what they amount to. */
  @Get(':code/attachable')
  @Operation({ summary: 'What it met before it was declared', may: ['viewer'], answers: { 200: answers.attachable } })
  async attachable(@Param('code') code: string): Promise<AttachableView> {
    const catastrophe = await this.find(code);
    return this.records.write((db) => attachable(db, catastrophe));
  }

  /** One page of the open ones of them. */
  @Get(':code/attachable/claims')
  @Operation({
    summary: 'The open claims of those, page by page',
    audit: 'search',
    may: ['viewer'],
    answers: { 200: answers.attachableClaims },
  })
  async attachableClaims(
    @Param('code') code: string,
    @Query(new Valid(pageQuery, 'query')) query: z.infer<typeof pageQuery>,
  ): Promise<{ readonly items: readonly AttachableClaim[]; readonly cursor?: string }> {
    const catastrophe = await this.find(code);
    const { claims, next } = await this.records.write((db) => attachableClaims(db, catastrophe, query));
    return { items: claims, ...(next === undefined ? {} : { cursor: next }) };
  }

  /** From then on no claim ties to it. 200 also where it was closed before; 409 while one of its claims is open. */
  @Post(':code/close')
  @Operation({
    summary: 'Close a catastrophe',
    may: ['supervisor', 'admin'],
    answers: { 200: answers.catastropheChanged },
  })
  @HttpCode(200)
  async close(
    @Param('code') code: string,
    @Body(new Valid(closing, 'closing')) body: z.infer<typeof closing>,
    @Asker() asker: Asker,
  ): Promise<CatastropheChanged> {
    await this.find(code);
    const by = actorOf(asker, body.actor);
    const { closed, open } = await this.records.write((db) => close(db, code, by));
    const catastrophe = await this.find(code);
    if (catastrophe.closedAt === undefined) {
      throw new Problem(
        409,
        'CatastropheOpen',
        `${open} ${open === 1 ? 'claim' : 'claims'} of ${code} (${catastrophe.name}) ${open === 1 ? 'is' : 'are'} not closed; ` +
          `close ${open === 1 ? 'it' : 'them'} first`,
      );
    }
    return { changed: closed, catastrophe };
  }

  /** @throws Problem 404 `UnknownCatastrophe` */
  private async find(code: string): Promise<Catastrophe> {
    const found = await this.records.write((db) => findCatastrophe(db, code));
    if (found) return found;
    throw new Problem(
      404,
      'UnknownCatastrophe',
      `no catastrophe is declared under code ${JSON.stringify(code.slice(0, 64))}; look at the list, or declare it`,
    );
  }
}

function differs(known: Catastrophe, asked: Declaration, anyRate: boolean): boolean {
  const said = ({ code: key, name, from, to, states, zips, bulletin, rate: perSecond }: Declaration) =>
    canonicalJson([key, name, from, to, states, zips, bulletin, anyRate ? null : perSecond]);
  return said(known) !== said(asked);
}

function taken({ code: asked, name }: Declaration, other: Catastrophe | undefined): Problem {
  const which = other?.code === asked ? `code ${asked}` : `name ${JSON.stringify(name)}`;
  return new Problem(
    409,
    'CatastropheDeclared',
    `${which} stands for ${other?.code ?? asked} (${other?.name ?? name}), declared ${other?.declaredAt ?? 'just now'} and ` +
      'different in period, area, bulletin, rate or name; a declaration does not change: use another code and another name',
  );
}

const sortedOnce = (values: readonly string[]): string[] => [...new Set(values)].sort();
