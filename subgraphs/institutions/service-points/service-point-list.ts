import { z } from 'zod';
import { compare } from '../../kit/base/decimal.js';
import type { StatementList } from '../../kit/room/connection/statement-page.js';
import type { NearInput, ServicePointFilter } from './service-point.types.js';

/** A row of the list: which point, and how far it is from the place that was asked for. */
export interface ListedPoint {
  readonly id: string;
  readonly metres: number | null;
}

/** Six digits of GB/T 2260. */
export const regionCode = z.string().regex(/^[1-9]\d{5}$/, 'GB/T 2260: six digits');

/** Decimal degrees of WGS 84. */
export const coordinates = z.object({
  latitude: degrees('latitude', '90'),
  longitude: degrees('longitude', '180'),
});

/** What a filter must be, beyond its types. */
export const servicePointFilter = z.object({
  regionCode: regionCode.nullish(),
  near: coordinates.extend({ withinKm: z.number().int().min(1).max(20_100).nullish() }).nullish(),
});

/** The statement of a filtered list; the nearest first where a place is named. */
export function listedPoints(filter: ServicePointFilter, now: Date): Omit<StatementList, 'withTotal'> {
  const conditions = ['true'];
  const parameters: unknown[] = [];
  const where = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.includeClosed !== true) {
    where('valid_from <= ?::timestamptz', now.toISOString());
    where('(valid_to is null or valid_to > ?::timestamptz)', now.toISOString());
  }
  if (filter.regionCode != null)
    where('region_code like ?', `${filter.regionCode.replace(/(00){1,2}$/, '')}%`);
  if (filter.kind != null) where('kind = ?', filter.kind);
  if (filter.hostInstitutionId != null) where('host_institution_id = ?', filter.hostInstitutionId);
  const points = `select id, point_code, latitude, longitude from service_point where ${conditions.join(' and ')}`;
  return filter.near == null
    ? {
        name: 'servicePoints',
        statement: `select id, point_code, null::bigint as metres from (${points}) as point`,
        parameters,
        orderBy: { column: 'point_code', type: 'text' },
      }
    : nearest(points, parameters, filter.near);
}

/** The mean radius of the earth of the IUGG, in metres. */
const earthRadius = '6371008.8';

/** The haversine formula: great-circle metres on a sphere, within half a percent of the way on the ellipsoid. */
function nearest(
  points: string,
  parameters: readonly unknown[],
  near: NearInput,
): Omit<StatementList, 'withTotal'> {
  const within = near.withinKm == null ? '' : `where metres <= ${Math.trunc(near.withinKm)} * 1000`;
  return {
    name: `servicePoints near ${near.latitude} ${near.longitude}`,
    statement: `select id, point_code, metres from (
        select id, point_code, round(2 * ${earthRadius} * asin(sqrt(least(1,
            power(sin(radians(latitude - here.lat) / 2), 2)
            + cos(radians(here.lat)) * cos(radians(latitude)) * power(sin(radians(longitude - here.lon) / 2), 2)
          ))))::bigint as metres
        from (select ?::numeric as lat, ?::numeric as lon) as here, (${points}) as point
        where latitude is not null) as measured ${within}`,
    parameters: [near.latitude, near.longitude, ...parameters],
    orderBy: { column: 'metres', type: 'bigint' },
  };
}

function degrees(name: string, most: string) {
  return z
    .string()
    .refine(
      (value) => compare(value, most) <= 0 && compare(value, `-${most}`) >= 0,
      `${name}: -${most}..${most}`,
    );
}
