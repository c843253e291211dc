import type { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { RecordsMethod } from './contract.js';
import { reportError } from './error-report.js';
import type { Representation } from './school-reply.js';
import { project, selectedFields, type SelectionScope } from './selection.js';
import type { SelectionSetNode } from 'graphql';

/** Fields that say that something is missing, or that the reader knows already. */
const sayingFields: ReadonlySet<string> = new Set([
  '__typename',
  'institutionId',
  'studentNumber',
  'nativeKey',
  'complete',
  'provenance',
]);

/**
 * An entity of which nothing was obtained: its key, `complete: false`, provenance UNAVAILABLE, everything else null,
 * and one error, at the first field that is null for it. The error's path starts at the entity.
 */
export function unavailableEntity(
  representation: Representation,
  method: RecordsMethod | null,
  error: AmrloError,
  request: SubgraphRequest,
  selections: readonly SelectionSetNode[],
  scope: SelectionScope,
): { value: Record<string, unknown>; errors: SubgraphError[] } {
  const typename = String(representation['__typename']);
  const { institutionId, studentNumber, nativeKey } = representation;
  const provenance = { system: null, method, asOf: null, freshness: 'UNAVAILABLE', evidenceHash: null };
  const known = { institutionId, studentNumber, nativeKey, complete: false, provenance };
  const value = project(known, typename, selections, scope);
  const fields = [...selectedFields(selections, typename, scope)];
  const isMissing = ([key, nodes]: (typeof fields)[number]): boolean =>
    value[key] === null && !sayingFields.has(nodes[0]?.name.value ?? '');
  const missing = fields.find(isMissing);
  const saying = fields.find(([, nodes]) => ['complete', 'provenance'].includes(nodes[0]?.name.value ?? ''));
  // Where only keys were selected nothing is missing, and there is nothing to report.
  if (missing === undefined && saying === undefined) return { value, errors: [] };
  return { value, errors: [reportError(error, request, missing === undefined ? [] : [missing[0]])] };
}
