import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { KeptFile } from '../secretariat-documents/secretariat-file.types.js';

/** What a member wants to do in the alliance's name, and what became of it (charter art. 12(1)). */
export const ActivityRequestEntity = defineEntity({
  name: 'ActivityRequest',
  tableName: 'activity_request',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    title: p.string(),
    purpose: p.string(),
    /** Legal dates; half-open. */
    startsOn: p.date(),
    endsOn: p.date(),
    partnerIds: p.array(),
    otherPartners: p.array(),
    /** Whether the Open University of China takes part (art. 11(7)); it changes the order of the queue only. */
    withNou: p.boolean(),
    /** CNY. */
    budget: p.decimal('string').precision(14).scale(2),
    materials: p.json<KeptFile[]>(),
    state: p.string(),
    stateSince: p.datetime(),
    /** Why the last step was taken, where it needs a reason. */
    reason: p.string().nullable(),
    motionId: p.string().nullable(),
    motionNo: p.string().nullable(),
    decidedAt: p.datetime().nullable(),
    heldOn: p.date().nullable(),
    report: p.string().nullable(),
    reportFiles: p.json<KeptFile[]>().nullable(),
    createdBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type ActivityRequestRow = InferEntity<typeof ActivityRequestEntity>;
