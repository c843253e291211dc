import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A member's question to the secretariat (charter art. 11(3), 11(4)). */
export const ServiceRequestEntity = defineEntity({
  name: 'ServiceRequest',
  tableName: 'service_request',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    category: p.string(),
    priority: p.string(),
    title: p.string(),
    question: p.string(),
    /** The last answer. */
    answer: p.string().nullable(),
    answeredAt: p.datetime().nullable(),
    /** The subject of the official who answers. */
    assignedTo: p.string().nullable(),
    /** 1 to 5, from the member when it closes. */
    satisfaction: p.integer().nullable(),
    commentCount: p.integer(),
    state: p.string(),
    stateSince: p.datetime(),
    /** When the answer, or the member's close, is late. */
    dueAt: p.datetime(),
    askedBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type ServiceRequestRow = InferEntity<typeof ServiceRequestEntity>;

/** A remark in the thread of a request; never changed. */
export const ServiceCommentEntity = defineEntity({
  name: 'ServiceComment',
  tableName: 'service_comment',
  properties: {
    id: p.string().primary(),
    requestId: p.string(),
    bySecretariat: p.boolean(),
    author: p.string(),
    text: p.string(),
    createdAt: p.datetime(),
  },
});

export type ServiceCommentRow = InferEntity<typeof ServiceCommentEntity>;
