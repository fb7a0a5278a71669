import { DefaultNamingStrategy, type Table } from 'typeorm';

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Readable names, cut to what PostgreSQL allows: columns in snake case; constraints and indices as kind, table, columns. */
export class SnakeNamingStrategy extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string): string {
    return customName || snake(propertyName);
  }
  override primaryKeyName(table: Table | string): string {
    return this.#named('pk', table, []);
  }
  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return this.#named('uq', table, columns);
  }
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return this.#named('fk', table, columns);
  }
  override indexName(table: Table | string, columns: string[], where?: string): string {
    return this.#named(where === undefined ? 'ix' : 'px', table, columns);
  }

  #named(kind: string, table: Table | string, columns: string[]): string {
    const scoped = columns.length > 1 ? columns.filter((column) => column !== 'workspace_id') : columns;
    return [kind, this.getTableName(table), ...scoped.map(snake)].join('_').slice(0, 63);
  }
}
