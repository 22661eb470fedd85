/** How one signs in, and as whom one is signed in. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { developmentToken, endOf } from '../../client/development-token.js';
import { ROLES } from '../../client/roles.js';
import { Asker } from '../asker.js';
import { Operation } from '../operation.js';
import { Problem } from '../problem.js';
import { GatewaySettings } from '../settings.js';
import { Valid } from '../valid.pipe.js';
import { PERSONAS } from './personas.js';

/** How long a persona stays signed in, in seconds: a working day. */
const SESSION_TTL_S = 10 * 60 * 60;

const roles = z.array(z.string()).readonly().describe('`role` for every lifecycle, or `role:lifecycle`');

const sessionView = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('development'),
      personas: z.array(z.object({ id: z.string(), name: z.string(), roles })).readonly(),
    }),
    z.object({
      kind: z.literal('oidc'),
      issuer: z.string(),
      clientId: z.string(),
      scope: z.string(),
      resource: z.string().exactOptional(),
    }),
  ])
  .describe('How to sign in');

const sessionRequest = z.strictObject({ persona: z.enum(PERSONAS.map(({ id }) => id) as [string, ...string[]]) });

const sessionToken = z.object({ token: z.string(), expiresAt: z.iso.datetime() });

const meView = z.object({
  id: z.string(),
  kind: z.enum(['staff', 'service']),
  roles,
  name: z.string().exactOptional().describe('Of a persona of the development issuer'),
  known: z.array(z.enum(ROLES)).readonly().describe('The roles there are'),
});

@Controller()
export class SessionController {
  constructor(private readonly settings: GatewaySettings) {}

  /** For the console's sign-in. */
  @Get('session')
  @Operation({ summary: 'How to sign in', may: 'anyone', tag: 'session', answers: { 200: sessionView } })
  session(): z.infer<typeof sessionView> {
    const { identity } = this.settings;
    if (identity.kind === 'development') return { kind: 'development', personas: PERSONAS };
    const { issuer, clientId, scope, resource } = identity;
    return { kind: 'oidc', issuer, clientId, scope, ...(resource !== undefined && { resource }) };
  }

  /** @throws Problem 404 `NoDevelopmentIssuer` where an OpenID provider signs people in */
  @Post('session/token')
  @HttpCode(200)
  @Operation({
    summary: 'A token of the development issuer for one of its personas',
    may: 'anyone',
    audit: 'write',
    tag: 'session',
    answers: { 200: sessionToken },
  })
  async signIn(
    @Body(new Valid(sessionRequest, 'sign-in')) body: z.infer<typeof sessionRequest>,
  ): Promise<z.infer<typeof sessionToken>> {
    const { identity } = this.settings;
    const persona = PERSONAS.find(({ id }) => id === body.persona);
    if (identity.kind !== 'development' || !persona) {
      throw new Problem(404, 'NoDevelopmentIssuer', 'this gateway gives no tokens; get one from its OpenID provider');
    }
    const token = await developmentToken(identity.keyFile, {
      subject: persona.id,
      roles: persona.roles,
      ttlSeconds: SESSION_TTL_S,
    });
    return { token, expiresAt: endOf(token) };
  }

  @Get('api/me')
  @Operation({
    summary: 'Who you are, and what you may do',
    may: [...ROLES],
    tag: 'session',
    audit: 'none',
    answers: { 200: meView },
  })
  me(@Asker() asker: Asker): z.infer<typeof meView> {
    const { id, kind, roles: granted } = asker;
    const persona = this.settings.identity.kind === 'development' && PERSONAS.find((one) => one.id === id);
    return { id, kind, roles: granted, known: ROLES, ...(persona && { name: persona.name }) };
  }
}
