import { buildDatasetVersion, buildPipeline, buildUseCase, samplePipelineDefinition } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const SOURCE = 'mutation ($input: CreateDataSourceInput!) { createDataSource(input: $input) { id } }';
const REQUIRE = 'mutation ($input: CreateDataRequirementInput!) { createDataRequirement(input: $input) { id } }';
const ASSESS = 'mutation ($input: AssessAvailabilityInput!) { assessAvailability(input: $input) { id job { status } } }';
const PIPELINE = 'mutation ($input: CreatePipelineInput!) { createPipeline(input: $input) { id version definition } }';
const RUNS = 'mutation ($input: StartPipelineRunsInput!) { startPipelineRuns(input: $input) { id intervalStart job { id status } rowsLoaded } }';
const STATUS = 'query ($id: ID!) { useCase(id: $id) { status } }';
interface Id {
  id: string;
}

const month = (number: number): object => ({
  start: new Date(Date.UTC(2001, number, 1)).toISOString(),
  end: new Date(Date.UTC(2001, number + 1, 1)).toISOString(),
});

async function createSource(name: string): Promise<string> {
  return (await team.send<{ createDataSource: Id }>(SOURCE, { input: { name, format: 'PARQUET', uri: 'file:///data/flights.parquet' } })).createDataSource.id;
}

describe('a data source', () => {
  it.each([
    [{ name: '', format: 'CSV', uri: '/a' }, 'input.name'],
    [{ name: 'a\u0007b', format: 'CSV', uri: '/a' }, 'input.name'],
    [{ name: 'a', format: 'XLS', uri: '/a' }, 'input.format'],
    [{ name: 'a', format: 'CSV', uri: 'relative/a.csv' }, 'input.uri'],
    [{ name: 'a', format: 'CSV', uri: 'http://example.org/a.csv' }, 'input.uri'],
  ])('%o is refused at %s', async (input, path) => {
    expect(await team.refusal(SOURCE, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });
});

describe('a data requirement', () => {
  it('is assessed by a job, and moves its use case on', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    const definition = { columns: [{ name: 'delay', type: 'double', maximumNullRate: 0.1 }], label: 'late', minimumRows: 1000 };
    const { createDataRequirement } = await team.send<{ createDataRequirement: Id }>(REQUIRE, { input: { useCaseId, name: 'flights', definition } });
    const dataSourceId = await createSource('assessed');
    const assessed = await team.send(ASSESS, { input: { dataRequirementId: createDataRequirement.id, dataSourceId } });
    expect(assessed).toMatchObject({ assessAvailability: { job: { status: 'QUEUED' } } });
    expect(await team.send(STATUS, { id: useCaseId })).toEqual({ useCase: { status: 'ASSESSING' } });
    const both = { dataRequirementId: createDataRequirement.id, dataSourceId, datasetVersionId: (await buildDatasetVersion(team.workspace)).id };
    expect(await team.refusal(ASSESS, { input: both })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.dataSourceId' } });
    expect(await team.refusal(ASSESS, { input: { dataRequirementId: createDataRequirement.id } })).toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each([
    [{ columns: [], minimumRows: 1 }, 'input.definition.columns'],
    [{ columns: [{ name: 'a', type: 'text' }], minimumRows: 1 }, 'input.definition.columns.0.type'],
    [{ columns: [{ name: 'a', type: 'double', maximumNullRate: 2 }], minimumRows: 1 }, 'input.definition.columns.0.maximumNullRate'],
    [{ columns: [{ name: 'a', type: 'double' }], minimumRows: -1 }, 'input.definition.minimumRows'],
    ['everything', 'input.definition'],
  ])('%o is refused at %s', async (definition, path) => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    expect(await team.refusal(REQUIRE, { input: { useCaseId, name: 'bad', definition } })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });
});

describe('a pipeline', () => {
  it('keeps its version while its definition does not change, and gets the next one when it does', async () => {
    const { id: useCaseId } = await buildUseCase(team.workspace);
    const definition = samplePipelineDefinition(await createSource('versioned'));
    const create = async (changed: object): Promise<{ id: string; version: number }> =>
      (await team.send<{ createPipeline: { id: string; version: number } }>(PIPELINE, { input: { name: 'flights', useCaseId, definition: changed } }))
        .createPipeline;
    const first = await create(definition);
    expect(await create(definition)).toEqual(first);
    expect((await create({ ...definition, transform: 'SELECT 1 FROM flights' })).version).toBe(2);
    expect(await team.send(STATUS, { id: useCaseId })).toEqual({ useCase: { status: 'BUILDING' } });
  });

  it.each([
    [{ transform: 'SELEC 1' }, 'SQL_INVALID', /^transform, line 1, column 1: syntax error/],
    [{ transform: 'SELECT *\nFROM flihgts' }, 'SQL_INVALID', /^transform, line 2, column 6: There is no source "flihgts"/],
    [{ transform: 'SELECT 1; SELECT 2' }, 'SQL_FORBIDDEN', /exactly one statement/],
    [{ transform: "SELECT * FROM read_csv('/etc/passwd')" }, 'SQL_FORBIDDEN', /read_csv/],
    [{ transform: "SELECT getenv('HOME') FROM flights" }, 'SQL_FORBIDDEN', /getenv\(\) may not be used/],
    [{ expectations: [{ name: 'late', severity: 'FAIL', kind: 'expression', sql: 'delay >' }] }, 'SQL_INVALID', /^expectation "late", line 1, column \d+/],
    [{ expectations: [{ name: 'late', severity: 'FAIL', kind: 'expression', sql: 'delay > 0 FROM flights' }] }, 'SQL_INVALID', /^expectation "late"/],
  ])('with SQL that no run could use is not saved: %o', async (wrong, code, message) => {
    const definition = { ...samplePipelineDefinition(await createSource(`sql ${Math.random()}`)), ...wrong };
    const error = await team.refusal(PIPELINE, { input: { name: 'unusable', definition } });
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });

  it('fills in the defaults of its definition', async () => {
    const { createPipeline } = await team.send<{ createPipeline: { definition: object } }>(PIPELINE, {
      input: { name: 'defaults', definition: { sources: [{ name: 'f', dataSourceId: await createSource('defaults') }], transform: 'SELECT 1', dataset: 'd' } },
    });
    expect(createPipeline.definition).toMatchObject({ expectations: [], partitionBy: [] });
  });

  it.each([
    [{ expectations: [{ name: 'e', severity: 'FAIL', kind: 'between', column: 'c', minimum: 'one' }] }, 'input.definition.expectations.0.minimum'],
    [{ expectations: [{ name: 'e', severity: 'LOUD', kind: 'notNull', column: 'c' }] }, 'input.definition.expectations.0.severity'],
    [{ expectations: [{ name: 'e', severity: 'FAIL', kind: 'magic' }] }, 'input.definition.expectations.0.kind'],
    [{ dataset: 'drop table' }, 'input.definition.dataset'],
    [{ sources: [] }, 'input.definition.sources'],
  ])('with %o is refused at %s', async (wrong, path) => {
    const error = await team.refusal(PIPELINE, { input: { name: 'bad', definition: { ...samplePipelineDefinition('src_x'), ...wrong } } });
    expect(error).toMatchObject({ code: 'BAD_INPUT', fields: { path, issues: expect.arrayContaining([{ path, message: expect.any(String) }]) } });
    expect(error.message).toContain(path);
  });

  it('of a source that does not exist is refused with its place', async () => {
    expect(await team.refusal(PIPELINE, { input: { name: 'bad', definition: samplePipelineDefinition('src_missing') } })).toMatchObject({
      code: 'NOT_FOUND',
      fields: { path: 'input.definition.sources.0.dataSourceId' },
    });
  });
});

describe('pipeline runs', () => {
  it('are counted per interval, each with a job of its own; pages of them follow each other', async () => {
    const { id: pipelineId } = await buildPipeline(team.workspace);
    const { startPipelineRuns } = await team.send<{ startPipelineRuns: { job: Id }[] }>(RUNS, { input: { pipelineId, intervals: [0, 1, 2, 3, 4].map(month) } });
    await team.send(RUNS, { input: { pipelineId, intervals: [month(0)] } });
    expect(new Set(startPipelineRuns.map(({ job }) => job.id)).size).toBe(5);
    const sequences = await plane.dataSource.query<{ sequence: number }[]>(
      'SELECT sequence FROM pipeline_run WHERE pipeline_id = $1 ORDER BY interval_start, sequence',
      [pipelineId],
    );
    expect(sequences.map(({ sequence }) => sequence)).toEqual([1, 2, 1, 1, 1, 1]);
    const PAGE =
      'query ($id: ID!, $after: String) { pipeline(id: $id) { runs(first: 4, after: $after) { nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } } }';
    interface Page {
      pipeline: { runs: { nodes: Id[]; edges: { cursor: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    }
    const first = (await team.send<Page>(PAGE, { id: pipelineId })).pipeline.runs;
    const second = (await team.send<Page>(PAGE, { id: pipelineId, after: first.pageInfo.endCursor })).pipeline.runs;
    expect([first.nodes.length, first.pageInfo.hasNextPage, second.nodes.length, second.pageInfo.hasNextPage]).toEqual([4, true, 2, false]);
    expect(new Set([...first.nodes, ...second.nodes].map(({ id }) => id)).size).toBe(6);
    expect(first.edges.at(-1)?.cursor).toBe(first.pageInfo.endCursor);
  });

  it('for an interval that ends before it starts, or for none, are refused', async () => {
    const { id: pipelineId } = await buildPipeline(team.workspace);
    const backwards = { start: '2001-02-01T00:00:00Z', end: '2001-01-01T00:00:00Z' };
    expect(await team.refusal(RUNS, { input: { pipelineId, intervals: [backwards] } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.intervals.0.end' },
    });
    expect(await team.refusal(RUNS, { input: { pipelineId, intervals: [] } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.intervals' } });
    expect(await team.refusal(RUNS, { input: { pipelineId, intervals: [{ start: 'yesterday', end: 'today' }] } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.intervals.0.start' },
    });
  });
});
