import { Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/**
 * The operation of a document that a request means.
 * @throws AmrloError `OPERATION_MISSING` where the document has none, `OPERATION_UNKNOWN` with the names to choose from,
 *   `OPERATION_UNNAMED` where a name was sent for the only one and that has none, `GRAPHQL_VALIDATION_FAILED` where the
 *   document allows no choice: two of one name, or one without a name that is not alone
 */
export function chosenOperation(
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const names = operations.flatMap(({ name }) => name?.value ?? []);
  const [first] = operations;
  if (first === undefined) throw new AmrloError('OPERATION_MISSING');
  if (operations.length > 1 && names.length < operations.length) {
    throw new AmrloError('GRAPHQL_VALIDATION_FAILED', {
      detail: 'This anonymous operation must be the only defined operation.',
    });
  }
  if (!operationName && operations.length === 1) return first;
  if (names.length === 0) throw new AmrloError('OPERATION_UNNAMED');
  const [chosen, another] = operations.filter(({ name }) => name?.value === operationName);
  if (chosen === undefined)
    throw new AmrloError('OPERATION_UNKNOWN', { names: names.join(', ').slice(0, 300) });
  if (another !== undefined) {
    throw new AmrloError('GRAPHQL_VALIDATION_FAILED', {
      detail: `There can be only one operation named "${operationName}".`,
    });
  }
  return chosen;
}
