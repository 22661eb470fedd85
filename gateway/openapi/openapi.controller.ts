/** The API's own description, for programs at `/openapi.json` and for people at `/docs/api`. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Param, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Routes } from '../access/described.js';
import { Lifecycles } from '../lifecycles.js';
import { Operation } from '../operation.js';
import { Problem } from '../problem.js';
import { openApiDocument } from './document.js';

/** The page's scripts come from here, its styles too, some of which it writes by itself; nothing comes from anywhere else. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Throughline API</title>
    <link rel="stylesheet" href="/docs/api/swagger-ui.css" />
    <link rel="icon" href="/docs/api/favicon-32x32.png" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/api/swagger-ui-bundle.js"></script>
    <script src="/docs/api/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, docExpansion: 'none', validatorUrl: null });
`;

/** What of the package is served, by media type. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

@Controller()
export class OpenApiController {
  private document: Record<string, unknown> | undefined;

  constructor(
    private readonly routes: Routes,
    private readonly lifecycles: Lifecycles,
  ) {}

  @Get('openapi.json')
  @Operation({
    summary: 'This document',
    may: 'anyone',
    tag: 'documentation',
    answers: { 200: z.looseObject({ openapi: z.string() }) },
  })
  openApi(): Record<string, unknown> {
    this.document ??= openApiDocument(this.routes.all(), this.lifecycles.all);
    return this.document;
  }

  @Get('docs/api')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', PAGE_POLICY)
  @Operation({ summary: 'This document as a page', may: 'anyone', tag: 'documentation', answers: { 200: 'The page' } })
  page(): string {
    return PAGE;
  }

  @Get('docs/api/start.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Operation({ summary: "The page's beginning", may: 'anyone', tag: 'documentation', answers: { 200: 'A script' } })
  start(): string {
    return START;
  }

  @Get('docs/api/:asset')
  @Operation({ summary: "The page's files", may: 'anyone', tag: 'documentation', answers: { 200: 'A file' } })
  async asset(@Param('asset') asset: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
    if (type === undefined) throw new Problem(404, 'NotFound', 'there is no such file; the page is at /docs/api');
    void reply.header('cache-control', 'public, max-age=3600');
    const file = await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${asset}`)));
    return new StreamableFile(file, { type });
  }
}
