import {
  GraphQLError,
  Kind,
  parse,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { operationSize } from '../../subgraphs/kit/base/config/graph-settings.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { withoutSuggestion } from './error-mask.js';

/** How large an operation may be. Counts are taken after fragments are put in place, because that is what would run. */
export interface OperationLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly fields: number;
  readonly directives: number;
  readonly tokens: number;
  /** The largest literal or variable `first` and `last` (DESIGN.md section 10, convention 6). */
  readonly pageSize: number;
}

/** The defaults of the settings, and what has no setting. */
export const defaultLimits: OperationLimits = {
  ...operationSize,
  fields: 2_000,
  directives: 50,
  pageSize: 100,
};

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
  readonly directives: number;
  readonly rootFields: number;
}

/**
 * Parses an operation's text.
 * @throws AmrloError `OPERATION_TOO_LARGE` beyond the tokens, `GRAPHQL_PARSE_FAILED` on a syntax error
 */
export function parseOperation(
  text: string,
  limits: Pick<OperationLimits, 'tokens'> = defaultLimits,
): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (/more tha[tn] \d+ tokens/.test(error.message)) {
      throw new AmrloError('OPERATION_TOO_LARGE', {
        limit: 'tokens',
        max: limits.tokens,
        actual: `> ${limits.tokens}`,
      });
    }
    const at = error.locations?.[0];
    const place = at ? ` (${at.line}:${at.column})` : '';
    throw new AmrloError('GRAPHQL_PARSE_FAILED', {
      detail: `${withoutSuggestion(error.message.replace(/^Syntax Error: /, ''))}${place}`,
    });
  }
}

/**
 * Refuses an operation that is too large. Safe on documents that were not validated: cycles of fragments end,
 * and every fragment is measured once however often it is spread.
 * @throws AmrloError `OPERATION_TOO_LARGE` with the limit, its maximum and what was found; `PAGE_SIZE_INVALID`
 */
export function checkLimits(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  limits: OperationLimits = defaultLimits,
): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const chosen = operationName ? operations.filter((one) => one.name?.value === operationName) : operations;
  for (const operation of chosen) {
    const size = sizeOf(operation, fragments, limits.pageSize, valuesOf(operation, variables ?? {}));
    for (const limit of ['depth', 'aliases', 'rootFields', 'fields', 'directives'] as const) {
      if (size[limit] > limits[limit]) {
        throw new AmrloError('OPERATION_TOO_LARGE', { limit, max: limits[limit], actual: size[limit] });
      }
    }
  }
}

function valuesOf(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): (name: string) => unknown {
  return (name) => {
    if (variables[name] !== undefined) return variables[name];
    const fallback = operation.variableDefinitions?.find(
      (one) => one.variable.name.value === name,
    )?.defaultValue;
    return fallback?.kind === Kind.INT ? Number(fallback.value) : undefined;
  };
}

function sizeOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  pageSize: number,
  valueOf: (name: string) => unknown,
): Size {
  const measured = new Map<string, Size>();
  const none: Size = { depth: 0, aliases: 0, fields: 0, directives: 0, rootFields: 0 };

  function fragment(name: string): Size {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, none);
    const definition = fragments.get(name);
    const size =
      definition === undefined ? none : measure(definition.selectionSet, directivesOf(definition.directives));
    measured.set(name, size);
    return size;
  }

  function measure(set: SelectionSetNode, directives = 0): Size {
    let total: Size = { ...none, directives };
    for (const selection of set.selections) {
      let size: Size;
      if (selection.kind === Kind.FIELD) {
        for (const argument of selection.arguments ?? []) {
          if (argument.name.value === 'first' || argument.name.value === 'last')
            checkPage(argument.value, pageSize, valueOf);
        }
        // Introspection has a depth limit of its own in graphql-js, and its standard query is deeper than ours.
        const below = selection.selectionSet === undefined ? none : measure(selection.selectionSet);
        const introspection = selection.name.value.startsWith('__');
        size = {
          depth: introspection ? 0 : below.depth + 1,
          aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
          fields: below.fields + 1,
          directives: below.directives,
          rootFields: 1,
        };
      } else {
        size =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? fragment(selection.name.value)
            : measure(selection.selectionSet);
      }
      total = {
        depth: Math.max(total.depth, size.depth),
        aliases: total.aliases + size.aliases,
        fields: total.fields + size.fields,
        directives: total.directives + size.directives + directivesOf(selection.directives),
        rootFields: total.rootFields + size.rootFields,
      };
    }
    return total;
  }

  return measure(operation.selectionSet, directivesOf(operation.directives));
}

function directivesOf(directives: readonly DirectiveNode[] | undefined): number {
  return directives?.length ?? 0;
}

function checkPage(node: ValueNode, max: number, valueOf: (name: string) => unknown): void {
  const value =
    node.kind === Kind.INT
      ? Number(node.value)
      : node.kind === Kind.VARIABLE
        ? valueOf(node.name.value)
        : undefined;
  if (typeof value === 'number' && value > max) throw new AmrloError('PAGE_SIZE_INVALID', { max });
}
