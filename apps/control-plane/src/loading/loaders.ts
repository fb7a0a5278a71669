import { MillraceError } from '@millrace/contracts';
import type { EntityTarget } from 'typeorm';
import { BatchLoader } from './batch-loader.ts';
import { readByIds, readChildPages, readChildren, readLatest, type Column, type Reader, type RowWithId } from './batch-reads.ts';
import type { Page, PageRequest } from './page.ts';

/**
 * The batch loaders of one request, made when first asked for. They go from rows that the caller may see to their parents and
 * children, which are of the same workspace: the foreign keys carry it.
 */
export class Loaders {
  readonly #reader: Reader;
  readonly #made = new Map<string, unknown>();

  constructor(collaborators: Reader) {
    this.#reader = collaborators;
  }

  /** The row that a foreign key points at. */
  async parent<Row extends RowWithId>(rowClass: EntityTarget<Row>, id: string): Promise<Row> {
    const row = await this.#loader(['parent', rowClass], () => new BatchLoader<string, Row>((ids) => readByIds(this.#reader, rowClass, ids))).load(id);
    if (row === undefined) throw new MillraceError('NOT_FOUND', `${id} is gone.`, { fields: { id } });
    return row;
  }

  /** All rows of a parent, in the order of their ids. For children that are few by nature. */
  async children<Row extends RowWithId>(rowClass: EntityTarget<Row>, key: Column<Row>, parentId: string): Promise<Row[]> {
    const make = (): BatchLoader<string, Row[]> => new BatchLoader((ids) => readChildren(this.#reader, rowClass, key, ids));
    return (await this.#loader(['children', rowClass, key], make).load(parentId)) ?? [];
  }

  /** One page of the rows of a parent. */
  async childPage<Row extends RowWithId>(rowClass: EntityTarget<Row>, key: Column<Row>, parentId: string, request: PageRequest): Promise<Page<Row>> {
    const make = (): BatchLoader<string, Page<Row>> => new BatchLoader((ids) => readChildPages(this.#reader, rowClass, key, ids, request));
    return (await this.#loader(['page', rowClass, key, request.first, request.afterId], make).load(parentId)) ?? { rows: [], hasNextPage: false };
  }

  /** The newest row of a parent by some columns. */
  latest<Row extends RowWithId>(rowClass: EntityTarget<Row>, key: Column<Row>, parentId: string, newestBy: readonly Column<Row>[]): Promise<Row | undefined> {
    const make = (): BatchLoader<string, Row> => new BatchLoader((ids) => readLatest(this.#reader, rowClass, key, ids, newestBy));
    return this.#loader(['latest', rowClass, key, ...newestBy], make).load(parentId);
  }

  /** A loader that a feature brings itself; `name` tells it from others. */
  own<Value>(name: string, read: (reader: Reader, keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>): BatchLoader<string, Value> {
    return this.#loader(['own', name], () => new BatchLoader<string, Value>((keys) => read(this.#reader, keys)));
  }

  #loader<Value>(key: readonly unknown[], make: () => BatchLoader<string, Value>): BatchLoader<string, Value> {
    const name = key.map((part) => (typeof part === 'function' ? part.name : String(part))).join(' ');
    const known = this.#made.get(name) as BatchLoader<string, Value> | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(name, made);
    return made;
  }
}
