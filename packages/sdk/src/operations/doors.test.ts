import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, isObjectType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { expect, test } from 'vitest';

const folder = new URL('./', import.meta.url);
const schema = buildSchema(readFileSync(new URL('../../../../apps/control-plane/schema.graphql', import.meta.url), 'utf8'));
const documents = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .map((name) => parse(readFileSync(new URL(name, folder), 'utf8')));

test('the SDK has a door to every field of the API', () => {
  const asked = new Set<string>();
  const types = new TypeInfo(schema);
  const ask = visitWithTypeInfo(types, { Field: ({ name }) => void asked.add(`${types.getParentType()?.name ?? ''}.${name.value}`) });
  for (const document of documents) visit(document, ask);
  const shown = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !/^__|(Connection|Edge|PageInfo)$/.test(type.name));
  const fields = shown.flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []));
  expect(fields.length).toBeGreaterThan(200);
  expect(fields.filter((field) => !asked.has(field))).toEqual([]);
});
