import type { CodegenConfig } from '@graphql-codegen/cli';

/** Generates `src/generated/operations.ts`: the types and texts of the operations in `src/operations`. */
const config: CodegenConfig = {
  schema: '../../apps/control-plane/schema.graphql',
  documents: 'src/operations/*.graphql',
  generates: {
    'src/generated/operations.ts': {
      plugins: ['typescript-operations', './codegen/operations.plugin.mjs'],
      config: {
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
        enumType: 'string-literal',
        immutableTypes: true,
        useTypeImports: true,
        skipTypename: true,
      },
    },
  },
};
export default config;
