import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AgreementContent } from './agreement-content.js';

/** An agreement: its current content's number and hash, and how far its parties have come with it. */
export const AgreementEntity = defineEntity({
  name: 'Agreement',
  tableName: 'agreement',
  properties: {
    id: p.string().primary(),
    agreementNo: p.string(),
    /** The number of the content that is under discussion or agreed. */
    contentVersion: p.integer(),
    contentHash: p.string(),
    content: p.json<AgreementContent>(),
    partyIds: p.array(),
    /** The date-driven states (EFFECTIVE, EXPIRED, TERMINATED, LAPSED) follow from this one and the dates. */
    state: p.enum(['PROPOSED', 'COUNTERED', 'APPROVED', 'SIGNED', 'REJECTED']),
    stateEnteredAt: p.datetime(),
    /** Legal dates. The last day on which the parties may answer; then the proposal lapses. */
    respondBy: p.date(),
    effectiveFrom: p.date(),
    /** Exclusive; null while open-ended. */
    effectiveTo: p.date().nullable(),
    /** The first day on which it no longer holds, by a notice; null without one. */
    terminatesOn: p.date().nullable(),
    reason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type AgreementRow = InferEntity<typeof AgreementEntity>;

/** One content of an agreement; never changed, only followed by the next. */
export const AgreementVersionEntity = defineEntity({
  name: 'AgreementVersion',
  tableName: 'agreement_version',
  properties: {
    agreementId: p.string().primary(),
    contentVersion: p.integer().primary(),
    partyIds: p.array(),
    content: p.json<AgreementContent>(),
    contentHash: p.string(),
    proposedByInstitutionId: p.string(),
    proposedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type AgreementVersionRow = InferEntity<typeof AgreementVersionEntity>;

/** A party's approval or signature of one content, by its hash. */
export const AgreementApprovalEntity = defineEntity({
  name: 'AgreementApproval',
  tableName: 'agreement_approval',
  properties: {
    id: p.string().primary(),
    agreementId: p.string(),
    contentVersion: p.integer(),
    contentHash: p.string(),
    partyIds: p.array(),
    institutionId: p.string(),
    kind: p.enum(['APPROVAL', 'SIGNATURE']),
    givenBy: p.string(),
    givenAt: p.datetime(),
  },
});

export type AgreementApprovalRow = InferEntity<typeof AgreementApprovalEntity>;
