import {
  Kind,
  executeSync,
  getVariableValues,
  print,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { chosenOperation } from '../operations/chosen-operation.js';
import { conditionsOf } from './conditions.js';

/** An operation with what is needed before it is known which of its selections its variables leave in. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The length of its text, as it came or as it is now: what it takes to keep it grows with it. */
  readonly characters: number;
  /**
   * The client's variables with their defaults, checked against their types.
   * @returns the errors where they do not fit
   */
  variables(given: Readonly<Record<string, unknown>>): VariableValues;
  /** The same for all values that select the same. */
  conditionKey(values: Readonly<Record<string, unknown>>): string;
  /**
   * By the client's name: the answers to its introspection fields.
   * @param given the variables as the client sent them
   */
  introspection(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

type VariableValues =
  | { readonly values: Readonly<Record<string, unknown>>; readonly errors?: undefined }
  | { readonly values?: undefined; readonly errors: readonly GraphQLError[] };

const noValues: VariableValues = { values: {} };

/**
 * Prepares an operation; cheap, nothing is planned.
 * @param schema the API schema
 * @throws AmrloError as `chosenOperation` when the document has no such operation
 */
export function prepareOperation(
  document: DocumentNode,
  operationName: string | null | undefined,
  schema: GraphQLSchema,
): PreparedOperation {
  const operation = chosenOperation(document, operationName);
  const conditions = conditionsOf(document, operation);
  const definitions = operation.variableDefinitions ?? [];
  const introspected = introspectionIn(document, operation);
  return {
    document,
    operation,
    characters: Math.max(print(document).length, document.loc?.source.body.length ?? 0),
    variables(given) {
      if (definitions.length === 0) return noValues;
      const { coerced, errors } = getVariableValues(schema, definitions, given, { maxErrors: 50 });
      return errors === undefined ? { values: coerced } : { errors };
    },
    conditionKey: (values) => conditions.map((name) => (values[name] === true ? '1' : '0')).join(''),
    introspection(given) {
      if (introspected === undefined) return {};
      const { data, errors } = executeSync({ schema, document: introspected, variableValues: given });
      if (errors?.[0] !== undefined) throw errors[0];
      return data ?? {};
    },
  };
}

/** The introspection fields of an operation as an operation of their own. */
function introspectionIn(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode | undefined {
  let any = false;
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const kept = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FIELD) {
        if (one.name.value !== '__schema' && one.name.value !== '__type') return [];
        any = true;
        return [one];
      }
      const body = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value);
      if (body === undefined) return [];
      const inner = kept(body.selectionSet.selections);
      if (inner.length === 0) return [];
      const selectionSet = { kind: Kind.SELECTION_SET as const, selections: inner };
      return [{ kind: Kind.INLINE_FRAGMENT, directives: one.directives, selectionSet }];
    });
  const selections = kept(operation.selectionSet.selections);
  if (!any) return undefined;
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...fragments.values(),
    ],
  };
}
