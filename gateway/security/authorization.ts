import { createHash } from 'node:crypto';
import { print, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { chosenOperation } from '../operations/chosen-operation.js';
import {
  conditionsHold,
  findDeniedFields,
  type ConditionalDeniedField,
  type DeniedField,
} from './denied-fields.js';
import { createFieldDecisions, type FieldDecisions } from './field-decisions.js';
import { filterOperation, nothingLeft } from './operation-filter.js';
import { readRequirements, rightsOf } from './requirements.js';

export { applyDenied } from './denied-result.js';
export type { DeniedField } from './denied-fields.js';

/** An operation as one caller may run it. */
export interface AuthorizedOperation {
  /** The operation to plan: one operation, valid, without anything the caller may not read. */
  readonly document: DocumentNode;
  /** What was removed; give it to `applyDenied` with the result, also where every `selected` is false. */
  readonly denied: readonly DeniedField[];
  /** A hash of the authorized operation: plans may be cached by it, and callers with other rights never share one. */
  readonly key: string;
  /** Nothing is left: give `applyDenied` the result `{ data: {} }` without planning. */
  readonly empty: boolean;
}

/** Filters operations by the directives of one supergraph. */
export interface Authorization {
  /**
   * @param document already validated and within the limits
   * @throws AmrloError as `chosenOperation` when the document has no such operation
   */
  filter(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null | undefined,
    principal: Principal,
  ): AuthorizedOperation;
}

interface Compiled {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly denied: readonly ConditionalDeniedField[];
  /** The answer that every call shares when no `@skip` or `@include` stands above a denied field. */
  readonly settled: AuthorizedOperation | undefined;
  readonly key: string;
  /** The length of its text, as it came or as it is now. */
  readonly characters: number;
}

/** Measured: a parsed operation takes about 40 bytes for each character of its text, so these are about 80 MB. */
const mostCharacters = 2_000_000;

/**
 * Reads the directives once and filters operations by them.
 * @param supergraphSchema built from the supergraph's SDL, directives included (not the API schema, which has lost them)
 * @param options.operations how many filtered operations are remembered at most, fewer where they are large
 * @throws TypeError when a directive of the supergraph cannot be read: nothing is served by guesswork
 */
export function createAuthorization(
  supergraphSchema: GraphQLSchema,
  options: { operations?: number; rightSets?: number } = {},
): Authorization {
  const requirements = readRequirements(supergraphSchema);
  const compiled = new LRUCache<string, Compiled>({
    max: options.operations ?? 2_000,
    maxSize: mostCharacters,
    sizeCalculation: ({ characters }) => characters,
  });
  const decisions = new LRUCache<string, FieldDecisions>({ max: options.rightSets ?? 500 });
  const texts = new WeakMap<DocumentNode, string>();

  function hashOf(document: DocumentNode): string {
    let known = texts.get(document);
    if (known === undefined) {
      // Printed, not taken from the source text: a rewritten document keeps the location of what it was made from.
      known = sha256(print(document));
      texts.set(document, known);
    }
    return known;
  }

  function compile(
    document: DocumentNode,
    operationName: string | null | undefined,
    principal: Principal,
    rights: string,
    held: ReadonlySet<string>,
  ): Compiled {
    const operation = chosenOperation(document, operationName);
    let decided = decisions.get(rights);
    if (decided === undefined) {
      decided = createFieldDecisions(supergraphSchema, requirements, held);
      decisions.set(rights, decided);
    }
    const filtered = filterOperation(document, operation, supergraphSchema, decided);
    const code = principal.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN_FIELD';
    const denied =
      filtered.touched.size === 0
        ? []
        : findDeniedFields(document, operation, supergraphSchema, decided, filtered.touched, code);
    const text = print(filtered.document);
    const key = sha256(`${operationName ?? ''}\0${text}`);
    const shared = { document: filtered.document, key, empty: nothingLeft(filtered.document) };
    const settled = denied.every((one) => one.conditions.length === 0)
      ? { ...shared, denied: denied.map((one) => withSelected(one, true)) }
      : undefined;
    // What is rewritten keeps the text that it was made from, comments and all.
    const characters = Math.max(text.length, filtered.document.loc?.source.body.length ?? 0, 1);
    return { operation, document: filtered.document, denied, settled, key, characters };
  }

  return {
    filter(document, operationName, variables, principal) {
      const held = rightsOf(principal, requirements.asked);
      const rights = [principal.kind === 'ANONYMOUS' ? '-' : '+', ...[...held].sort()].join('\0');
      const at = `${hashOf(document)}\0${operationName ?? ''}\0${rights}`;
      let known = compiled.get(at);
      if (known === undefined) {
        known = compile(document, operationName, principal, rights, held);
        compiled.set(at, known);
      }
      if (known.settled !== undefined) return known.settled;
      const { operation, document: filtered, key } = known;
      return {
        document: filtered,
        key,
        empty: nothingLeft(filtered),
        denied: known.denied.map((one) =>
          withSelected(one, conditionsHold(one.conditions, operation, variables ?? {})),
        ),
      };
    },
  };
}

function withSelected({ conditions: _, ...field }: ConditionalDeniedField, selected: boolean): DeniedField {
  return { ...field, selected };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
