import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

const servicePoint = `query PointOfAccount($id: ID!) {
  servicePoint(id: $id) { hostInstitutionId validFrom validTo }
}`;

interface Point {
  readonly hostInstitutionId: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}

/**
 * Makes sure that a service point is one of the institution and open now. Asked of `institutions` over the link, so
 * before the transaction.
 * @throws AmrloError `NOT_FOUND` for one that is absent or another institution's, `SERVICE_POINT_CLOSED`;
 * `UPSTREAM_UNAVAILABLE` when it could not be found out
 */
export async function assertOpenPoint(
  scope: RequestScope,
  institutionId: string,
  servicePointId: string,
): Promise<void> {
  const path = ['input', 'servicePointId'] as const;
  const { servicePoint: point } = await scope
    .remote('institutions')
    .query<{ readonly servicePoint: Point | null }>(servicePoint, { id: servicePointId });
  if (point?.hostInstitutionId !== institutionId) {
    throw refuse('NOT_FOUND', { type: 'ServicePoint', id: servicePointId }, path);
  }
  const now = scope.clock.now();
  const isOpen =
    new Date(point.validFrom) <= now && (point.validTo === null || now < new Date(point.validTo));
  if (!isOpen) throw refuse('SERVICE_POINT_CLOSED', {}, path);
}
