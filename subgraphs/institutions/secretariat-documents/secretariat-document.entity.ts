import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { KeptFile } from './secretariat-file.types.js';

/** A document of the secretariat: a plan, a report, a draft rule, a notice, minutes (charter art. 14, 17). */
export const SecretariatDocumentEntity = defineEntity({
  name: 'SecretariatDocument',
  tableName: 'secretariat_document',
  properties: {
    id: p.string().primary(),
    kind: p.string(),
    title: p.string(),
    audience: p.string(),
    /** Legal date. */
    effectiveOn: p.date().nullable(),
    currentVersion: p.integer(),
    /** Who made the current version; never one of its approvers. */
    madeBy: p.string(),
    /** The subjects who were named to approve. */
    approvers: p.array(),
    /** Of the current version; every approval is a change, so that the inbox sees who is left. */
    approvalCount: p.integer(),
    state: p.string(),
    stateSince: p.datetime(),
    /** Why it was returned or archived. */
    note: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SecretariatDocumentRow = InferEntity<typeof SecretariatDocumentEntity>;

/** One version of a document; never changed. */
export const DocumentVersionEntity = defineEntity({
  name: 'DocumentVersion',
  tableName: 'document_version',
  properties: {
    id: p.string().primary(),
    documentId: p.string(),
    versionNo: p.integer(),
    file: p.json<KeptFile>(),
    note: p.string().nullable(),
    madeBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type DocumentVersionRow = InferEntity<typeof DocumentVersionEntity>;

/** Somebody's approval of one version; never changed. */
export const DocumentApprovalEntity = defineEntity({
  name: 'DocumentApproval',
  tableName: 'document_approval',
  properties: {
    id: p.string().primary(),
    documentId: p.string(),
    versionNo: p.integer(),
    givenBy: p.string(),
    givenAt: p.datetime(),
  },
});

export type DocumentApprovalRow = InferEntity<typeof DocumentApprovalEntity>;
