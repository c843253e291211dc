import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { removalDate } from './deprecation.js';

/**
 * What would break a client that was written for the released baseline, one sentence each. A field whose announced
 * removal date is today or past may go.
 *
 * @param today the legal date, `YYYY-MM-DD`
 */
export async function breakingChanges(
  baselineSdl: string,
  currentSdl: string,
  today: string,
): Promise<string[]> {
  const baseline = buildSchema(baselineSdl);
  const changes = await diff(baseline, buildSchema(currentSdl));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .filter(({ type, path }) => !(type === 'FIELD_REMOVED' && mayGo(baseline, path, today)))
    .map(({ message }) => `${message}.`)
    .sort();
}

function mayGo(baseline: GraphQLSchema, path: string | undefined, today: string): boolean {
  const [typeName = '', fieldName = ''] = (path ?? '').split('.');
  const type = baseline.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const date = removalDate(type.getFields()[fieldName]?.deprecationReason ?? '');
  return date !== undefined && date <= today;
}
