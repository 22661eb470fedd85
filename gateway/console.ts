/** Serves the console: the built files of `dist/console`, and its one page at every address that is nobody else's. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from './access/identity.js';

/** Beside the compiled gateway. Where it runs from its sources there is no console. */
const FOLDER = fileURLToPath(new URL('../console/', import.meta.url));
/** The build writes it, the sources do not have it. */
const BUILT = `${FOLDER}manifest.json`;
/** Stands in the built page where the nonce of each answer belongs; `console/vite.config.ts` puts it there. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** Addresses that are never the console's: an unknown one below them is answered as the API answers. */
const OTHERS = /^\/(api|assets|callbacks|docs|health|livez|metrics|openapi\.json|readyz|session)(\/|$|\?)/;

/** Names of built files hold a digest of what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Adds the console's routes. Without a build there are none, and the API serves all the same.
 * @param identity its page may talk to the provider that signs people in
 */
export function serveConsole(fastify: FastifyInstance, identity: Identity): void {
  if (!existsSync(BUILT)) return;
  void fastify.register(fastifyStatic, {
    root: FOLDER,
    // Each file is a route of its own: nothing else in the folder can be asked for.
    wildcard: false,
    index: false,
    decorateReply: false,
    cacheControl: false,
    globIgnore: ['index.html', 'manifest.json', '**/*.gz'],
    preCompressed: true,
    setHeaders: (reply, file) => {
      void reply.header('cache-control', file.includes('/assets/') ? FOR_EVER : 'no-cache');
    },
  });
  const page = readFileSync(`${FOLDER}index.html`, 'utf8').split(NONCE_PLACEHOLDER);
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const wantsPage = request.headers.accept?.includes('text/html') === true;
    if (request.url !== '/' && (!wantsPage || OTHERS.test(request.url))) {
      reply.callNotFound();
      return reply;
    }
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', policy(nonce, identity))
      .type('text/html; charset=utf-8')
      .send(page.join(nonce));
  };
  fastify.get('/', answer);
  fastify.get('/*', answer);
}

/** Scripts are files of ours; styles too, and those that the page makes itself under the nonce of this answer. */
function policy(nonce: string, identity: Identity): string {
  const provider = identity.kind === 'oidc' ? ` ${new URL(identity.issuer).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self'${provider}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
