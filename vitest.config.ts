import { defineConfig } from 'vitest/config';

/** Tests of these folders need no servers but those that they start themselves. */
const WITHOUT_SERVERS = ['unit', 'scripts', 'intake', 'console'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Files wait for clocks a quarter of their time: three keep two cores busy, and more would only wait for each other.
    maxWorkers: 3,
    // A process reads the code once for all of its files, which is a quarter of the run; `test/support/environment.ts` keeps them apart.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: WITHOUT_SERVERS } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: WITHOUT_SERVERS,
          globalSetup: ['test/support/servers.ts'],
          setupFiles: ['test/support/environment.ts'],
        },
      },
    ],
  },
});
