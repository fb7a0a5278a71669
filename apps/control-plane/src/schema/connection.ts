import { Field, ObjectType, type ClassType } from 'type-graphql';
import type { Page } from '../loading/page.ts';
import { cursorOf } from '../loading/cursor.ts';

@ObjectType('PageInfo')
export class PageInfoType {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

export interface Edge<Row> {
  cursor: string;
  node: Row;
}

/** One page as the API shows it: the rows bare and with their cursors. */
export interface Connection<Row> {
  nodes: Row[];
  edges: Edge<Row>[];
  pageInfo: PageInfoType;
}

/** The types `<name>Connection` and `<name>Edge` over a type of node. */
export function connectionOf<Node extends object>(name: string, node: ClassType<Node>): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<Node> {
    @Field(() => String) cursor!: string;
    @Field(() => node) node!: Node;
  }

  @ObjectType(`${name}Connection`)
  class ConnectionType implements Connection<Node> {
    @Field(() => [node]) nodes!: Node[];
    @Field(() => [EdgeType]) edges!: Edge<Node>[];
    @Field(() => PageInfoType) pageInfo!: PageInfoType;
  }
  return ConnectionType;
}

export function toConnection<Row extends { id: string }>(page: Page<Row>): Connection<Row> {
  const edges = page.rows.map((row) => ({ cursor: cursorOf(row), node: row }));
  return { nodes: page.rows, edges, pageInfo: { hasNextPage: page.hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } };
}
