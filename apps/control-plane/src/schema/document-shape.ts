import { MillraceError } from '@millrace/contracts';
import { Kind, type DefinitionNode, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** What a document may look like before anybody validates it: many times what a screen or the SDK sends. */
export interface ShapeLimits {
  /** Characters of the text. */
  readonly characters: number;
  readonly definitions: number;
  /** Fields and fragments, at all levels. */
  readonly selections: number;
  readonly nesting: number;
  readonly variables: number;
  readonly directivesAtOnePlace: number;
  /** How often one name may appear among the answers of a document: the rule that merges them compares each with each. */
  readonly sameName: number;
}

export const SHAPE_LIMITS: ShapeLimits = {
  characters: 64 * 1024,
  definitions: 100,
  selections: 2000,
  nesting: 24,
  variables: 200,
  directivesAtOnePlace: 8,
  sameName: 300,
};

const WHAT: Readonly<Record<keyof ShapeLimits, string>> = {
  characters: 'characters',
  definitions: 'operations and fragments',
  selections: 'fields and fragments',
  nesting: 'levels',
  variables: 'variables',
  directivesAtOnePlace: 'directives at one place',
  sameName: 'fields of one name',
};

/**
 * Refuses a parsed document whose validation would take long: rules of GraphQL compare fields with each other and walk fragments again
 * and again. What is written is counted once, whatever fragments make of it.
 *
 * @throws MillraceError `QUERY_TOO_COSTLY`, or `QUERY_TOO_DEEP`
 */
export function refuseBombs(document: DocumentNode, limits: ShapeLimits = SHAPE_LIMITS): void {
  new Inspection(limits).document(document);
}

/** @throws MillraceError `QUERY_TOO_COSTLY` with what there is too much of */
export function refuseMoreThan(limits: ShapeLimits, what: keyof ShapeLimits, count: number): void {
  const maximum = limits[what];
  if (count <= maximum) return;
  const code = what === 'nesting' ? 'QUERY_TOO_DEEP' : 'QUERY_TOO_COSTLY';
  throw new MillraceError(code, `The document has more than ${maximum} ${WHAT[what]}. Ask in several requests.`, { fields: { what, maximum } });
}

class Inspection {
  readonly #limits: ShapeLimits;
  readonly #names = new Map<string, number>();
  #selections = 0;

  constructor(limits: ShapeLimits) {
    this.#limits = limits;
  }

  document({ definitions }: DocumentNode): void {
    this.#refuse('definitions', definitions.length);
    for (const definition of definitions) this.#definition(definition);
  }

  #definition(definition: DefinitionNode): void {
    if ('variableDefinitions' in definition) {
      this.#refuse('variables', definition.variableDefinitions?.length ?? 0);
      for (const { directives } of definition.variableDefinitions ?? []) this.#refuse('directivesAtOnePlace', directives?.length ?? 0);
    }
    if ('directives' in definition) this.#refuse('directivesAtOnePlace', definition.directives?.length ?? 0);
    if ('selectionSet' in definition) this.#selectionSet(definition.selectionSet, 1);
  }

  #selectionSet({ selections }: SelectionSetNode, level: number): void {
    this.#refuse('nesting', level);
    for (const selection of selections) this.#selection(selection, level);
  }

  #selection(selection: SelectionNode, level: number): void {
    this.#selections += 1;
    this.#refuse('selections', this.#selections);
    this.#refuse('directivesAtOnePlace', selection.directives?.length ?? 0);
    const name = nameOf(selection);
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    this.#refuse('sameName', count);
    if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) this.#selectionSet(selection.selectionSet, level + 1);
  }

  #refuse(what: keyof ShapeLimits, count: number): void {
    refuseMoreThan(this.#limits, what, count);
  }
}

function nameOf(selection: SelectionNode): string {
  if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value;
  return selection.kind === Kind.FRAGMENT_SPREAD ? `...${selection.name.value}` : '...';
}
