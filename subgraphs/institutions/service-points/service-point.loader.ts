import { parseDecimal } from '../../kit/base/decimal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity } from '../grants/grant.entity.js';
import type { Grant } from '../grants/grant.types.js';
import { isInForce, showGrant } from '../grants/show-grant.js';
import { ServicePointEntity, type ServicePointRow } from './service-point.entity.js';
import type { Region, ServicePoint, ServicePointKind } from './service-point.types.js';

/** Service points by id; absent ones are null. */
export const servicePointById: LoaderDefinition<string, ServicePoint | null> = {
  name: 'servicePointById',
  async batch(scope, ids) {
    const rows = await scope.find(ServicePointEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showServicePoint(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The grants in force of the clerks of service points, as far as the reader may see them. */
export const staffByServicePoint: LoaderDefinition<string, Grant[]> = {
  name: 'staffByServicePoint',
  async batch(scope, ids) {
    const now = scope.clock.now();
    const rows = await scope.find(GrantEntity, { servicePointId: { $in: [...ids] } });
    const byPoint = Map.groupBy(
      rows.filter((row) => isInForce(row, now)),
      (row) => row.servicePointId,
    );
    return ids.map((id) => (byPoint.get(id) ?? []).map(showGrant));
  },
};

/** What the graph shows of a service point in the reader's language, with its distance where one was asked for. */
export function showServicePoint(
  scope: RequestScope,
  row: ServicePointRow,
  distanceMetres: number | null = null,
): ServicePoint {
  const [first, second] =
    scope.locale === 'en'
      ? [row.openingHoursEn, row.openingHoursZh]
      : [row.openingHoursZh, row.openingHoursEn];
  return {
    id: row.id,
    pointCode: row.pointCode,
    kind: row.kind as ServicePointKind,
    name: row.name,
    nameEn: row.nameEn ?? null,
    hostInstitutionId: row.hostInstitutionId,
    region: regionOf(row.regionCode),
    address: row.address,
    openingHours: first ?? second ?? null,
    coordinates:
      row.latitude == null || row.longitude == null
        ? null
        : { latitude: parseDecimal(row.latitude), longitude: parseDecimal(row.longitude) },
    distanceMetres,
    validFrom: row.validFrom,
    validTo: row.validTo ?? null,
    version: row.version,
  };
}

/** GB/T 2260: two digits for the province, two for the city, two for the district; zeros where there is none. */
function regionOf(code: string): Region {
  const [province, city] = [code.slice(0, 2), code.slice(0, 4)];
  return {
    code,
    provinceCode: `${province}0000`,
    cityCode: city.endsWith('00') ? null : `${city}00`,
    districtCode: code.endsWith('00') ? null : code,
  };
}
