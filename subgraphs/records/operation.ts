import {
  getVariableValues,
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
import { routersField, schoolEntities, serviceFields, type SchoolEntity } from './contract.js';
import { forwardedOperation, type ForwardedOperation } from './forwarded-operation.js';
import { SelectionBound, selectedFields, under, type SelectionScope } from './selection.js';
import { only, shapeOf, type ObjectShape } from './shape.js';

/** A type whose entities schools answer, in whole or in part. */
export type RoutedType = SchoolEntity | 'Institution';

/** The types that are routed by institution. */
export const routedTypes = [...(Object.keys(schoolEntities) as SchoolEntity[]), 'Institution'] as const;

/** One `_entities` of an operation; a gateway may merge several fetches into one operation under aliases. */
export interface EntityRoot {
  readonly key: string;
  readonly selections: readonly SelectionSetNode[];
  /** What is asked of a school about an entity of each type. */
  readonly shapes: Readonly<Record<RoutedType, ObjectShape>>;
  /** What is asked about an Institution in all, the router's own part included. */
  readonly institution: ObjectShape;
  readonly representations: (variables: Readonly<Record<string, unknown>>) => readonly unknown[];
}

/** An operation, read once. */
export interface CompiledOperation {
  readonly kind: 'query' | 'mutation';
  readonly definition: OperationDefinitionNode;
  readonly scope: SelectionScope;
  readonly entityRoots: readonly EntityRoot[];
  /** The mutations; or `_service`, `__typename`, introspection, answered by executing them on the contract's schema. */
  readonly otherRoots: ReadonlyMap<string, readonly FieldNode[]>;
  readonly document: DocumentNode;
  /** The questions about entities as they are sent to adapters. */
  readonly forwarded: ForwardedOperation;
  /** The first selected field that is for services only. */
  readonly serviceField: string | undefined;
}

/** An operation with the values of its variables, defaults filled in. */
export interface ReadOperation {
  readonly operation: CompiledOperation;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface ParsedOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** A parsed and compiled operation takes some forty times its text. */
const bytesPerCharacter = 40;
/** Selections of one operation with its fragments at every place at which they are spread, once for each routed type. */
const mostSelections = 50_000;
const maxBytes = 64 * 1024 ** 2;

/** Reads operations once each; what it keeps is bounded. */
export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #parsed = new LRUCache<string, ParsedOperation>({
    maxSize: maxBytes,
    sizeCalculation: (_, key) => key.length * bytesPerCharacter,
  });
  readonly #compiled = new LRUCache<string, CompiledOperation>({
    maxSize: maxBytes,
    sizeCalculation: (_, key) => key.length * bytesPerCharacter,
  });

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** @throws AmrloError `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED` or `BAD_USER_INPUT` */
  read(request: Pick<SubgraphRequest, 'query' | 'document' | 'operationName' | 'variables'>): ReadOperation {
    const name = request.operationName ?? '';
    const parsedKey = `${name}\n${request.query}`;
    let parsed = this.#parsed.get(parsedKey);
    if (parsed === undefined) {
      parsed = parseOperation(this.#schema, request);
      this.#parsed.set(parsedKey, parsed);
    }
    const variables = this.#coerced(parsed.definition, request.variables ?? {});
    // Only conditions decide what is selected, and only booleans are conditions.
    const conditions = Object.entries(variables).filter(([, value]) => typeof value === 'boolean');
    const key = `${JSON.stringify(conditions)}\n${parsedKey}`;
    let operation = this.#compiled.get(key);
    if (operation === undefined) {
      operation = compile(
        { schema: this.#schema, fragments: parsed.fragments, variables: Object.fromEntries(conditions) },
        parsed,
      );
      this.#compiled.set(key, operation);
    }
    return { operation, variables };
  }

  /** Values that an adapter would refuse are refused here: they are no fault of the school. */
  #coerced(
    { variableDefinitions = [] }: OperationDefinitionNode,
    given: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    const { coerced, errors } = getVariableValues(this.#schema, variableDefinitions, given, { maxErrors: 1 });
    if (coerced === undefined) throw new AmrloError('BAD_USER_INPUT', { detail: errors[0]?.message ?? '' });
    return coerced;
  }
}

function parseOperation(
  schema: GraphQLSchema,
  request: Pick<SubgraphRequest, 'query' | 'document' | 'operationName'>,
): ParsedOperation {
  const document = request.document ?? parsedText(request.query);
  const fault = validate(schema, document, undefined, { maxErrors: 1 })[0];
  if (fault !== undefined) throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: fault.message });
  visit(document, {
    Field({ alias }) {
      // Answers are plain objects here, in the gateway and in clients: as a key it would be their prototype.
      if (alias?.value === '__proto__')
        throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: '__proto__' });
    },
  });
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  return { document, definition: operationIn(document, request.operationName), fragments };
}

function compile(scope: SelectionScope, { document, definition }: ParsedOperation): CompiledOperation {
  const kind = definition.operation === 'mutation' ? 'mutation' : 'query';
  const entityRoots: EntityRoot[] = [];
  const otherRoots = new Map<string, readonly FieldNode[]>();
  const rootType = kind === 'mutation' ? 'Mutation' : 'Query';
  const bounded = { ...scope, bound: new SelectionBound(mostSelections) };
  for (const [key, nodes] of selectedFields([definition.selectionSet], rootType, bounded)) {
    if (nodes[0]?.name.value === '_entities') entityRoots.push(entityRoot(key, nodes, bounded));
    else otherRoots.set(key, nodes);
  }
  const serviceField = entityRoots
    .flatMap(({ shapes }) => Object.values(shapes))
    .flatMap(({ typeName, fields }) => fields.map(({ name }) => `${typeName}.${name}`))
    .find((field) => serviceFields.has(field));
  const forwarded = forwardedOperation(definition, document, scope, entityRoots);
  return { kind, definition, scope, entityRoots, otherRoots, document, forwarded, serviceField };
}

function entityRoot(key: string, nodes: readonly FieldNode[], scope: SelectionScope): EntityRoot {
  const argument = nodes[0]?.arguments?.[0]?.value;
  const selections = under(nodes);
  const shapes = Object.fromEntries(
    routedTypes.map((typeName) => [typeName, shapeOf(selections, typeName, scope)]),
  ) as Record<RoutedType, ObjectShape>;
  return {
    key,
    selections,
    shapes: { ...shapes, Institution: only(shapes.Institution, ({ name }) => name !== routersField) },
    institution: shapes.Institution,
    representations: (variables) => {
      const value = argument === undefined ? [] : valueFromASTUntyped(argument, variables);
      return Array.isArray(value) ? value : [];
    },
  };
}

function parsedText(query: string): DocumentNode {
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
