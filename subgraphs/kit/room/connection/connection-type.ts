import 'reflect-metadata';
import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { PageInfo } from '../schema/shared-types.js';
import type { Page } from './read-page.js';

/** One item of a connection with its place. */
export interface Edge<Node> {
  node: Node | null;
  cursor: string;
}

/** The Relay connection that the kit builds for every list that can grow. */
export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
  totalCount: number | null;
}

/**
 * The connection and edge types of a node type. Nodes are nullable when they are another subgraph's entities:
 * one dead subgraph must not cost the list.
 */
export function connectionType<Node extends object>(
  node: ClassType<Node>,
  name: string,
  options: { foreignNodes?: boolean } = {},
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class NodeEdge {
    @Field(() => node, { nullable: options.foreignNodes === true })
    node!: Node | null;

    @Field(() => String)
    cursor!: string;
  }

  @ObjectType(`${name}Connection`)
  class NodeConnection {
    @Field(() => [NodeEdge])
    edges!: NodeEdge[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;

    @Field(() => Int, { nullable: true, description: 'Counted only when selected.' })
    totalCount!: number | null;
  }
  return NodeConnection;
}

/** A page of rows as a connection of what the graph shows. */
export function connectionOf<Row, Node>(page: Page<Row>, show: (row: Row) => Node): Connection<Node> {
  return {
    edges: page.rows.map((row, index) => ({ node: show(row), cursor: page.cursors[index] ?? '' })),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.cursors[0] ?? null,
      endCursor: page.cursors.at(-1) ?? null,
    },
    totalCount: page.totalCount,
  };
}
