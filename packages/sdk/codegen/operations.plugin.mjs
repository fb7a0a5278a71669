import { print, stripIgnoredCharacters, visit } from 'graphql';

const pascal = (name) => name.charAt(0).toUpperCase() + name.slice(1);

function fragmentsOf(definition, fragments, found = new Map()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return;
      found.set(value, fragments.get(value));
      fragmentsOf(fragments.get(value), fragments, found);
    },
  });
  return found;
}

const compact = (definition) => stripIgnoredCharacters(print(definition));

/** Emits each operation as a constant: the text that is sent, with its fragments. Types come from the operations plugin. */
export const plugin = (_schema, documents) => {
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const fragments = new Map(definitions.filter(({ kind }) => kind === 'FragmentDefinition').map((each) => [each.name.value, each]));
  const operations = definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const texts = [...fragments].map(([name, each]) => `const text${name} = ${JSON.stringify(compact(each))};`);
  const constants = operations.map((each) => {
    const name = each.name.value;
    const type = pascal(name) + pascal(each.operation);
    const text = [JSON.stringify(compact(each)), ...[...fragmentsOf(each, fragments).keys()].map((fragment) => `text${fragment}`)].join(' + ');
    return `export const ${name}: Operation<${type}, ${type}Variables> = { text: ${text} };`;
  });
  return { prepend: ["import type { Operation } from '../transport/operation.ts';"], content: [...texts, ...constants].join('\n') };
};
