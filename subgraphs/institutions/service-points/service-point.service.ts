import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { connectionOf } from '../../kit/room/connection/connection-type.js';
import { readStatementPage } from '../../kit/room/connection/statement-page.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity } from '../grants/grant.entity.js';
import type { Grant } from '../grants/grant.types.js';
import { isOver } from '../grants/show-grant.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import {
  coordinates,
  listedPoints,
  regionCode,
  servicePointFilter,
  type ListedPoint,
} from './service-point-list.js';
import { ServicePointEntity, type ServicePointRow } from './service-point.entity.js';
import { servicePointById, showServicePoint, staffByServicePoint } from './service-point.loader.js';
import type {
  ChangeServicePointInput,
  CloseServicePointInput,
  OpenServicePointInput,
  ServicePoint,
  ServicePointPayload,
  ServicePointsArguments,
} from './service-point.types.js';

constraintRefuses('service_point_code_key', () =>
  refuse('SERVICE_POINT_CODE_TAKEN', {}, ['input', 'pointCode']),
);

const text = z.string().trim().min(1).max(200);
const hours = z.string().trim().min(1).max(1_000).nullish();
const changeable = {
  nameEn: text.nullish(),
  openingHoursZh: hours,
  openingHoursEn: hours,
  coordinates: coordinates.nullish(),
};
const opened = z.object({
  pointCode: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,19}$/, 'pointCode: [A-Z0-9-]{2,20}'),
  name: text,
  address: text,
  regionCode,
  ...changeable,
});
const changed = z.object({
  name: text.optional(),
  address: text.optional(),
  regionCode: regionCode.optional(),
  ...changeable,
});

/** Places where learners are served in person (S3 Q2, 二, 四, 五). */
export class ServicePointService {
  /** One service point, or null; also one that is closed. */
  byId(scope: RequestScope, id: string): Promise<ServicePoint | null> {
    return scope.load(servicePointById, id);
  }

  /** A page of service points, the nearest first where a place is named. */
  async list(
    scope: RequestScope,
    args: ServicePointsArguments,
    withTotal: boolean,
  ): Promise<Connection<ServicePoint>> {
    const filter = args.filter ?? {};
    checkInput(servicePointFilter, filter);
    const { sql } = await scope.unit();
    const page = await readStatementPage<ListedPoint>(sql, args, {
      ...listedPoints(filter, scope.clock.now()),
      withTotal,
    });
    const rows = await scope.find(ServicePointEntity, { id: { $in: page.rows.map(({ id }) => id) } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return connectionOf(page, ({ id, metres }) => showServicePoint(scope, found.get(id)!, metres));
  }

  /** The grants of its clerks, as far as the caller may see them. */
  staff(scope: RequestScope, id: string): Promise<Grant[]> {
    return scope.load(staffByServicePoint, id);
  }

  /** Opens a service point of an institution; by its administrator or the secretariat. */
  open(scope: RequestScope, input: OpenServicePointInput): Promise<ServicePointPayload> {
    return mutate(
      scope,
      { operation: 'openServicePoint', action: 'CHANGE_SERVICE_POINT', subjectType: 'ServicePoint', input },
      async (transaction) => {
        checkInput(opened, input);
        assertRuns(scope, 'openServicePoint', input.hostInstitutionId);
        const host = await transaction.lock(InstitutionEntity, input.hostInstitutionId);
        const now = scope.clock.now();
        const { pointCode, kind, name, regionCode: region, address } = input;
        const row = transaction.create(ServicePointEntity, {
          id: newId('ServicePoint'),
          pointCode,
          kind,
          name,
          nameEn: input.nameEn ?? null,
          hostInstitutionId: host.id,
          regionCode: region,
          address,
          openingHoursZh: input.openingHoursZh ?? null,
          openingHoursEn: input.openingHoursEn ?? null,
          latitude: input.coordinates?.latitude ?? null,
          longitude: input.coordinates?.longitude ?? null,
          validFrom: input.validFrom ?? now,
          version: 1,
          createdAt: now,
        });
        transaction.audited({ subjectId: row.id, after: input });
        return { servicePoint: showServicePoint(scope, row) };
      },
    );
  }

  /** Changes what is shown of a service point; its code, kind and host stay. */
  change(scope: RequestScope, input: ChangeServicePointInput): Promise<ServicePointPayload> {
    return mutate(
      scope,
      { operation: 'changeServicePoint', action: 'CHANGE_SERVICE_POINT', subjectType: 'ServicePoint', input },
      async (transaction) => {
        checkInput(changed, input);
        const row = await lockOpen(transaction, scope, 'changeServicePoint', input);
        if (input.name != null) row.name = input.name;
        if (input.address != null) row.address = input.address;
        if (input.regionCode != null) row.regionCode = input.regionCode;
        if (input.nameEn !== undefined) row.nameEn = input.nameEn;
        if (input.openingHoursZh !== undefined) row.openingHoursZh = input.openingHoursZh;
        if (input.openingHoursEn !== undefined) row.openingHoursEn = input.openingHoursEn;
        if (input.coordinates !== undefined) {
          row.latitude = input.coordinates?.latitude ?? null;
          row.longitude = input.coordinates?.longitude ?? null;
        }
        await transaction.flush();
        transaction.audited({ subjectId: row.id, after: input });
        transaction.wake('ServicePoint', row.id);
        return { servicePoint: showServicePoint(scope, row) };
      },
    );
  }

  /** Closes a service point now; the database ends the grants of its clerks in the same statement. */
  close(scope: RequestScope, input: CloseServicePointInput): Promise<ServicePointPayload> {
    return mutate(
      scope,
      { operation: 'closeServicePoint', action: 'CHANGE_SERVICE_POINT', subjectType: 'ServicePoint', input },
      async (transaction) => {
        checkInput(z.object({ reason: z.string().trim().min(1).max(1_000) }), input);
        const row = await lockOpen(transaction, scope, 'closeServicePoint', input);
        const now = scope.clock.now();
        const clerks = await transaction.find(GrantEntity, { servicePointId: row.id });
        row.validTo = row.validFrom > now ? row.validFrom : now;
        row.closedBy = scope.principal.subject;
        row.closeReason = input.reason;
        await transaction.flush();
        const ended = clerks.filter((grant) => !isOver(grant, now));
        transaction.audited({
          subjectId: row.id,
          detail: { reason: input.reason, grantsEnded: ended.map(({ id }) => id) },
        });
        for (const grant of ended) transaction.wake('GrantEpoch', grant.subject);
        transaction.wake('ServicePoint', row.id);
        return { servicePoint: showServicePoint(scope, row) };
      },
    );
  }
}

async function lockOpen(
  transaction: MutationTransaction,
  scope: RequestScope,
  action: string,
  input: { servicePointId: string; expectedVersion: number },
): Promise<ServicePointRow> {
  // Rights first: whoever may not change a service point learns nothing of its version.
  const [known] = await transaction.find(ServicePointEntity, { id: input.servicePointId });
  if (known !== undefined) assertRuns(scope, action, known.hostInstitutionId);
  const row = await transaction.lock(ServicePointEntity, input.servicePointId, {
    expectedVersion: input.expectedVersion,
    current: (current) => ({ servicePoint: showServicePoint(scope, current) }),
  });
  if (row.validTo != null) throw refuse('SERVICE_POINT_CLOSED', {}, ['input', 'servicePointId']);
  return row;
}

function assertRuns(scope: RequestScope, action: string, hostInstitutionId: string): void {
  if (hasRole(scope.principal, 'SECRETARIAT')) return;
  if (hasRole(scope.principal, 'INSTITUTION_ADMIN', hostInstitutionId)) return;
  throw refuse('ACTION_FORBIDDEN', { action });
}
