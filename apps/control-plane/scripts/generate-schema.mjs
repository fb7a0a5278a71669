// Writes schema.graphql as the resolvers emit it. Runs from source: nothing has to be built.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const conditions = ['@millrace/source', 'module', 'node', 'development|production'];
const { module } = await runnerImport(at('../src/schema/build-schema.ts'), {
  configFile: false,
  root: at('..'),
  resolve: { conditions },
  environments: { inline: { resolve: { conditions, noExternal: [/^@millrace\//] } } },
});
await writeFile(at('../schema.graphql'), module.printedSchema());
