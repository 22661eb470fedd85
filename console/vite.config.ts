/** How the console is built: from `console/` into `dist/console`, everything local, nothing inline but what carries the nonce. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Stands in index.html where the gateway puts the nonce of each answer; `gateway/console.ts` knows it by the same name. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** Smaller files are sent as they are, in bytes. */
const LEAST_COMPRESSED = 1_024;

/** Puts a compressed copy beside every file that is large enough to gain by it; the gateway answers with that where it may. */
const compressed: Plugin = {
  name: 'compressed-copies',
  writeBundle({ dir = '' }) {
    const assets = path.join(dir, 'assets');
    for (const name of readdirSync(assets)) {
      const content = readFileSync(path.join(assets, name));
      if (content.length >= LEAST_COMPRESSED)
        writeFileSync(path.join(assets, `${name}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed],
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    reportCompressedSize: false,
    target: 'es2023',
    // They know light-dark(); for older ones the build would put in its place what follows the system and not the choice made here.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A font or picture as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    // The layout engine is one file of that size, and is loaded on demand.
    chunkSizeWarningLimit: 1800,
  },
});
