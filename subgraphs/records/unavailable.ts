import type { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import { sayingFields, type RecordsMethod } from './contract.js';
import { reportError } from './error-report.js';
import { isFailure, type Representation } from './school-reply.js';
import { project, type FieldShape, type ObjectShape } from './shape.js';

/** Fields whose null has a meaning of its own, that the school cannot tell: each says by an error that it was not asked. */
const answeringFields: ReadonlySet<string> = new Set(['heldBy', 'verification']);

/**
 * An entity of which nothing was obtained: its key, `complete: false`, provenance UNAVAILABLE, everything else null,
 * and one error, at the first field that is null for it, and one more at every field whose null would be an answer; of
 * an Institution, which cannot say that it is not complete, one at every field. The errors' paths start at the entity.
 */
export function unavailableEntity(
  representation: Representation,
  method: RecordsMethod | null,
  error: AmrloError,
  request: SubgraphRequest,
  shape: ObjectShape,
): { value: Record<string, unknown>; errors: SubgraphError[] } {
  const { institutionId, studentNumber, nativeKey, id } = representation;
  const provenance = { system: null, method, asOf: null, freshness: 'UNAVAILABLE', evidenceHash: null };
  const known = { institutionId, studentNumber, nativeKey, id, complete: false, provenance };
  const value = project(known, shape);
  const missing = shape.fields.filter(({ key, name }) => value[key] === null && !sayingFields.has(name));
  const reported = missing.filter((field, at) => at === 0 || isOfItsOwn(field, shape));
  if (reported.length > 0)
    return { value, errors: reported.map(({ key }) => reportError(error, request, [key])) };
  // Where only keys were selected nothing is missing, and there is nothing to report.
  const says = shape.fields.some(({ name }) => name === 'complete' || name === 'provenance');
  return { value, errors: says ? [reportError(error, request, [])] : [] };
}

/**
 * The errors of an answered entity that are told: of each way in which its school failed one, at the first selected
 * field that it cost, however many it cost, and at every field whose null would be an answer; of an Institution one at
 * every field. What is no failure is told as it is.
 */
export function toldErrors(errors: readonly SubgraphError[], shape: ObjectShape): readonly SubgraphError[] {
  const fieldOf = ({ path }: SubgraphError) => shape.fields.find(({ key }) => key === path?.[0]);
  const placeOf = (error: SubgraphError): number => {
    const field = fieldOf(error);
    if (field === undefined) return -1;
    // Provenance says for itself that it is missing.
    return shape.fields.indexOf(field) + (sayingFields.has(field.name) ? shape.fields.length : 0);
  };
  const first = new Map<unknown, SubgraphError>();
  for (const error of errors.filter(isFailure)) {
    const code = error.extensions?.['code'];
    const known = first.get(code);
    // An adapter tells its errors in the order in which they happened.
    if (known === undefined || placeOf(error) < placeOf(known)) first.set(code, error);
  }
  return errors.filter((error) => {
    if (!isFailure(error) || first.get(error.extensions?.['code']) === error) return true;
    const field = error.path?.length === 1 ? fieldOf(error) : undefined;
    return field !== undefined && isOfItsOwn(field, shape);
  });
}

/** Whether null in a field must say for itself that it means unknown, and neither none nor "cannot tell". */
function isOfItsOwn({ name }: FieldShape, { typeName }: ObjectShape): boolean {
  return typeName === 'Institution' || (typeName === 'StudentRecord' && answeringFields.has(name));
}
