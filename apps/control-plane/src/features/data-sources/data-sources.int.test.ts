import { buildDataSource } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const CREATE = 'mutation ($input: CreateDataSourceInput!) { createDataSource(input: $input) { id reading } }';
const SET = 'mutation ($input: SetReadingDefinitionInput!) { setReadingDefinition(input: $input) { id reading } }';
const LIST = '{ dataSources(first: 100) { nodes { id reading } } }';

interface Source {
  readonly id: string;
  readonly reading: Record<string, unknown>;
}

describe('the reading definition of a data source', () => {
  it('is kept with it, and is replaced as a whole', async () => {
    const reading = { delimiter: ';', quote: '', decimalSeparator: ',', columns: [{ name: 'postcode', type: 'string' }], onBadValue: 'QUARANTINE' };
    const input = { name: 'orders', format: 'CSV', uri: '/data/orders.csv', reading };
    const { createDataSource } = await team.send<{ createDataSource: Source }>(CREATE, { input });
    expect(createDataSource.reading).toEqual(reading);
    const next = { encoding: 'windows-1252', names: ['a', 'b'], header: 'PRESENT', nullTexts: ['', '-'], skipLines: 2 };
    const { setReadingDefinition } = await team.send<{ setReadingDefinition: Source }>(SET, { input: { dataSourceId: createDataSource.id, reading: next } });
    expect(setReadingDefinition.reading).toEqual(next);
    const { dataSources } = await team.send<{ dataSources: { nodes: Source[] } }>(LIST);
    expect(dataSources.nodes.find(({ id }) => id === createDataSource.id)).toEqual(setReadingDefinition);
  });

  it('may be left out, and a member that is null is left out', async () => {
    const { createDataSource: bare } = await team.send<{ createDataSource: Source }>(CREATE, { input: { name: 'bare', format: 'CSV', uri: '/a.csv' } });
    expect(bare.reading).toEqual({});
    const input = { name: 'nulls', format: 'NDJSON', uri: '/a.ndjson', reading: { delimiter: null, encoding: 'latin1' } };
    expect(await team.send(CREATE, { input })).toMatchObject({ createDataSource: { reading: { encoding: 'latin1' } } });
  });

  it.each([
    ['CSV', { delimiter: ';;' }, 'input.reading.delimiter'],
    ['CSV', { delimiter: '\n' }, 'input.reading.delimiter'],
    ['CSV', { delimiter: '"', quote: '"' }, 'input.reading.quote'],
    ['CSV', { encoding: 'ebcdic' }, 'input.reading.encoding'],
    ['CSV', { dateFormat: '%d/%m' }, 'input.reading.dateFormat'],
    ['CSV', { dateFormat: '%Q%Y%m%d' }, 'input.reading.dateFormat'],
    ['CSV', { decimalSeparator: ',', thousandsSeparator: ',' }, 'input.reading.thousandsSeparator'],
    ['CSV', { columns: [{ name: 'a', type: 'decimal(39,2)' }] }, 'input.reading.columns.0.type'],
    ['CSV', { columns: [{ name: 'a', type: 'varchar' }] }, 'input.reading.columns.0.type'],
    ['CSV', { names: ['a', 'A'] }, 'input.reading.names'],
    ['NDJSON', { delimiter: ';' }, 'input.reading.delimiter'],
    ['PARQUET', { encoding: 'latin1' }, 'input.reading.encoding'],
  ])('of %s files as %o is refused at %s', async (format, reading, path) => {
    const input = { name: 'refused', format, uri: '/data/a', reading };
    expect(await team.refusal(CREATE, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
    const { id: dataSourceId } = await buildDataSource(team.workspace, { format: format as 'CSV' });
    expect(await team.refusal(SET, { input: { dataSourceId, reading } })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });

  it('of another workspace is not found', async () => {
    const other = await plane.workspace();
    const { id: dataSourceId } = await buildDataSource(other.workspace, { format: 'CSV' });
    expect(await team.refusal(SET, { input: { dataSourceId, reading: {} } })).toMatchObject({ code: 'NOT_FOUND' });
  });
});
