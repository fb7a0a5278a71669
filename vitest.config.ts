import { defineConfig } from 'vitest/config';

const resolve = {
  conditions: ['@millrace/source', 'module', 'node', 'development|production'],
  // CommonJS and ES copies of graphql must not meet in one process.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
};
const ssr = { resolve: { conditions: ['@millrace/source', 'module', 'node', 'development|production'] } };
// Global set-ups are loaded in an environment of their own.
const environments = { __vitest__: ssr };
const exclude = ['**/node_modules/**', '**/dist/**'];
// What is waited for is waited for as long as a busy machine needs; no test says how fast something is.
const expect = { poll: { timeout: 15_000 } };
const roots = '{apps,packages,infra,docs}/**/src';

export default defineConfig({
  test: {
    // Half of the time goes into waiting for processes and databases.
    maxWorkers: '100%',
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          expect,
          include: [`${roots}/**/*.test.ts`],
          exclude: [...exclude, '**/*.int.test.ts', '**/*.services.test.ts', '**/*.hostile.test.ts', '**/*.long.test.ts'],
          // No test says how fast something is; on a machine that does much else, starting a thread takes its time.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        environments,
        test: {
          name: 'integration',
          expect,
          include: [`${roots}/**/*.int.test.ts`],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: ['packages/testing/src/global-setup.ts'],
        },
      },
      {
        resolve,
        ssr,
        environments,
        test: {
          // Unit and integration tests that take long, so that `npm test` does not.
          name: 'long',
          expect,
          include: [`${roots}/**/*.long.test.ts`],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: ['packages/testing/src/global-setup.ts'],
        },
      },
      {
        resolve,
        ssr,
        environments,
        test: {
          name: 'hostile',
          include: [`${roots}/**/*.hostile.test.ts`],
          exclude,
          hookTimeout: 120_000,
          globalSetup: ['packages/testing/src/global-setup.ts'],
        },
      },
      { resolve, ssr, test: { name: 'services', expect, include: [`${roots}/**/*.services.test.ts`], exclude, testTimeout: 120_000, hookTimeout: 180_000 } },
    ],
  },
});
