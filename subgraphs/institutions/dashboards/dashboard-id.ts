import { z } from 'zod';
import { idPrefixes } from '../../kit/base/ids.js';
import { canonicalJson } from '../../kit/room/audit/canonical-json.js';

const texts = z.array(z.string()).readonly().nullish();
const content = z.strictObject({
  filter: z.strictObject({
    institutionIds: texts,
    provinces: texts,
    kinds: texts,
    memberStates: texts,
    subAllianceId: z.string().nullish(),
  }),
  asOf: z.iso.datetime(),
  purpose: z.string().nullable(),
});

/** What a dashboard is about; it gives no right, whoever comes with an id is checked again. */
export interface DashboardContent extends Omit<z.infer<typeof content>, 'asOf'> {
  readonly asOf: Date;
}

/** The id of a dashboard: the same question at the same instant has the same id. */
export function dashboardId({ filter, asOf, purpose }: DashboardContent): string {
  const text = canonicalJson({ filter, asOf: asOf.toISOString(), purpose });
  return `${idPrefixes.Dashboard}_${Buffer.from(text).toString('base64url')}`;
}

/** What an id is about; null for a text that is none of ours. */
export function readDashboardId(id: string): DashboardContent | null {
  const prefix = `${idPrefixes.Dashboard}_`;
  if (!id.startsWith(prefix)) return null;
  try {
    const { asOf, ...rest } = content.parse(
      JSON.parse(Buffer.from(id.slice(prefix.length), 'base64url').toString('utf8')),
    );
    return { ...rest, asOf: new Date(asOf) };
  } catch {
    return null;
  }
}
