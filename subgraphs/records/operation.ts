import {
  GraphQLError,
  Kind,
  parse,
  validate,
  valueFromASTUntyped,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import { forwardedOperation, type ForwardedOperation } from './forwarded-operation.js';
import { selectedFields, under, type SelectionScope } from './selection.js';

/** One `_entities` of an operation; a gateway may merge several fetches into one operation under aliases. */
export interface EntityRoot {
  readonly key: string;
  readonly selections: readonly SelectionSetNode[];
  readonly representations: (variables: Readonly<Record<string, unknown>>) => readonly unknown[];
}

/** An operation, read once. */
export interface CompiledOperation {
  readonly scope: Omit<SelectionScope, 'variables'>;
  readonly entityRoots: readonly EntityRoot[];
  /** `_service`, `__typename`, introspection: answered by executing these fields on the contract's schema. */
  readonly otherRoots: ReadonlyMap<string, readonly FieldNode[]>;
  readonly document: DocumentNode;
  /** The operation as it is sent to adapters. */
  readonly forwarded: ForwardedOperation;
  /** Fields for services only are selected: such answers are neither kept nor shown to persons. */
  readonly asksHolder: boolean;
}

/** Reads operations once each. */
export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #compiled = new LRUCache<string, CompiledOperation>({ max: 500 });

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** @throws AmrloError `GRAPHQL_PARSE_FAILED` or `GRAPHQL_VALIDATION_FAILED` */
  compile(request: SubgraphRequest): CompiledOperation {
    const conditions = Object.entries(request.variables ?? {}).filter(
      ([, value]) => typeof value === 'boolean',
    );
    const cacheKey = JSON.stringify([request.query, request.operationName, conditions]);
    const known = this.#compiled.get(cacheKey);
    if (known !== undefined) return known;
    const compiled = compile(this.#schema, request);
    this.#compiled.set(cacheKey, compiled);
    return compiled;
  }
}

function compile(schema: GraphQLSchema, request: SubgraphRequest): CompiledOperation {
  const document = request.document ?? parsed(request.query);
  const fault = validate(schema, document, undefined, { maxErrors: 1 })[0];
  if (fault !== undefined) throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: fault.message });
  const operation = operationIn(document, request.operationName);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const scope = { schema, fragments };

  const entityRoots: EntityRoot[] = [];
  const otherRoots = new Map<string, readonly FieldNode[]>();
  const fields = selectedFields([operation.selectionSet], 'Query', {
    ...scope,
    variables: request.variables ?? {},
  });
  for (const [key, nodes] of fields) {
    if (nodes[0]?.name.value !== '_entities') {
      otherRoots.set(key, nodes);
      continue;
    }
    const argument = nodes[0].arguments?.[0]?.value;
    entityRoots.push({
      key,
      selections: under(nodes),
      representations: (variables) => {
        const value = argument === undefined ? [] : valueFromASTUntyped(argument, variables);
        return Array.isArray(value) ? value : [];
      },
    });
  }
  let asksHolder = false;
  visit(document, {
    Field(node) {
      if (node.name.value === 'heldBy') asksHolder = true;
    },
  });
  const forwarded = forwardedOperation(operation, fragments, entityRoots);
  return { scope, entityRoots, otherRoots, document, forwarded, asksHolder };
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { noLocation: true });
  } catch (error) {
    throw new AmrloError('GRAPHQL_PARSE_FAILED', {
      detail: error instanceof GraphQLError ? error.message : '',
    });
  }
}

function operationIn(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const chosen = name === undefined ? operations[0] : operations.find((node) => node.name?.value === name);
  if (chosen === undefined || (name === undefined && operations.length > 1)) {
    throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: `operationName ${name ?? '?'}` });
  }
  return chosen;
}
