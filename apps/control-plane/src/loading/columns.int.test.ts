import {
  buildEvaluation,
  buildMilestone,
  buildModelVersion,
  buildMonitorWindow,
  buildNode,
  buildObservation,
  buildPipelineRun,
  buildReleaseStep,
} from '@millrace/testing';
import { buildSchema, getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';
import { rootCalls, type RootCall } from '../fixtures/root-calls.fixture.ts';
import { SCOPES } from '../authorisation/scopes.ts';
import { printedSchema } from '../schema/build-schema.ts';

const schema = buildSchema(printedSchema());
const ROOTS = Object.values(schema.getQueryType()?.getFields() ?? {});
type Field = GraphQLField<unknown, unknown>;

let plane: TestControlPlane;
let team: TestClient;
let calls: Readonly<Record<string, RootCall>>;

beforeAll(async () => {
  plane = await startTestControlPlane({ MAXIMUM_QUERY_COST: 1_000_000 });
  team = await plane.workspace([...SCOPES]);
  const { workspace } = team;
  for (const fill of [buildNode, buildReleaseStep, buildEvaluation, buildObservation, buildMilestone, buildMonitorWindow, buildPipelineRun]) {
    await fill(workspace);
  }
  calls = await rootCalls(workspace);
});
afterAll(() => plane.close());

/** The fields that need no argument, with what is selected below them: all leaves. */
function selectionsOf(type: GraphQLObjectType, levels: number): string[] {
  return Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .flatMap((field) => selectionOf(field, levels));
}

function selectionOf(field: Field, levels: number): string[] {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return [field.name];
  if (!isObjectType(type) || levels === 0 || field.name === 'edges') return [];
  const below = selectionsOf(type, type.name.endsWith('Connection') ? levels : levels - 1);
  return below.length === 0 ? [] : [`${field.name} { ${below.join(' ')} }`];
}

async function ask({ name, args, type }: Field, selection: string): Promise<unknown> {
  const given = calls[`Query.${name}`]?.args ?? {};
  const used = args.filter((argument) => argument.name in given);
  const declared = used.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`);
  const isPage = getNamedType(type).name.endsWith('Connection');
  const wrapped = isPage ? `{ nodes { ${selection} } }` : `{ ${selection} }`;
  if (isPage) passed.push('first: 2');
  const text = `query ${declared && `(${declared})`} { ${name}${passed.length === 0 ? '' : `(${passed.join(', ')})`} ${wrapped} }`;
  const data = await team.send<Record<string, { nodes?: unknown }>>(text, given);
  return isPage ? data[name]?.nodes : data[name];
}

function rowType({ type }: Field): GraphQLObjectType | undefined {
  const named = getNamedType(type);
  if (!isObjectType(named)) return undefined;
  const nodes = named.name.endsWith('Connection') ? named.getFields()['nodes'] : undefined;
  return nodes === undefined ? named : (getNamedType(nodes.type) as GraphQLObjectType);
}

const only = (whole: unknown, name: string): unknown => {
  if (Array.isArray(whole)) return whole.map((row) => only(row, name));
  return { [name]: (whole as Record<string, unknown>)[name] };
};

describe.each(ROOTS.filter((root) => rowType(root) !== undefined))('$name', (root) => {
  it('says the same of each field alone as of all together, though it reads less', async () => {
    const selections = selectionsOf(rowType(root) as GraphQLObjectType, 2);
    const whole = await ask(root, selections.join(' '));
    for (const selection of selections) expect(await ask(root, selection), selection).toEqual(only(whole, selection.split(' ')[0] ?? ''));
  });
});

it('what nobody selected is not in the statement, however large it is', async () => {
  await buildModelVersion(team.workspace, { lineage: { large: 'x'.repeat(50_000) } });
  const versions = async (selection: string): Promise<string> => {
    await team.send(`{ models { nodes { versions { nodes { ${selection} } } } } }`);
    return lastStatement(plane.dataSource);
  };
  const unselected = await versions('version createdAt');
  expect(unselected).toContain('FROM "model_version"');
  for (const column of ['lineage', 'signature', 'reference_profile', 'model_card']) expect(unselected).not.toContain(`"${column}"`);
  const selected = await versions('... on ModelVersion { lineage }');
  expect(selected).toContain('"lineage"');
  expect(selected).not.toContain('"reference_profile"');
});

/** What a caller made PostgreSQL do last, as PostgreSQL tells it. */
async function lastStatement(dataSource: DataSource): Promise<string> {
  const [row]: { query: string }[] = await dataSource.query(
    `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'millrace-callers' ORDER BY query_start DESC LIMIT 1`,
  );
  return row?.query ?? '';
}
