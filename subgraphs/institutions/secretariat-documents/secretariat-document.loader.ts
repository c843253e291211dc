import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import {
  DocumentApprovalEntity,
  DocumentVersionEntity,
  SecretariatDocumentEntity,
  type SecretariatDocumentRow,
} from './secretariat-document.entity.js';
import {
  secretariatDocumentMachine,
  type DocumentFacts,
  type SecretariatDocumentAction,
  type SecretariatDocumentStateName,
} from './secretariat-document.machine.js';
import type {
  DocumentAudience,
  DocumentKind,
  DocumentVersion,
  SecretariatDocument,
  SecretariatDocumentState,
} from './secretariat-document.types.js';
import { secretariatDocumentWork } from './secretariat-document.work.js';

/** What the steps of documents have in common. */
export const secretariatDocumentKind: CaseKind<
  SecretariatDocumentRow,
  SecretariatDocumentStateName,
  SecretariatDocumentAction,
  DocumentFacts,
  'secretariatDocument',
  SecretariatDocument
> = {
  field: 'secretariatDocument',
  auditedAs: 'CHANGE_DOCUMENT',
  machine: secretariatDocumentMachine,
  work: secretariatDocumentWork,
  context: (scope, row) => ({
    state: row.state as SecretariatDocumentStateName,
    principal: scope.principal,
    facts: { madeBy: row.madeBy, approvers: row.approvers },
  }),
  show: showSecretariatDocument,
};

/** What the graph shows of a document to the one who asks. */
export function showSecretariatDocument(
  scope: RequestScope,
  row: SecretariatDocumentRow,
): SecretariatDocument {
  const state = row.state as SecretariatDocumentStateName;
  return {
    id: row.id,
    kind: row.kind as DocumentKind,
    title: row.title,
    audience: row.audience as DocumentAudience,
    effectiveOn: row.effectiveOn ?? null,
    currentVersion: row.currentVersion,
    state: state as SecretariatDocumentState,
    since: row.stateSince,
    dueAt: secretariatDocumentMachine.dueAt(state, row.stateSince),
    note: row.note ?? null,
    availableActions: secretariatDocumentMachine.availableActions(
      secretariatDocumentKind.context(scope, row),
    ),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Documents by id; absent and hidden ones are null. */
export const secretariatDocumentById: LoaderDefinition<string, SecretariatDocument | null> = {
  name: 'secretariatDocumentById',
  async batch(scope, ids) {
    const rows = await scope.find(SecretariatDocumentEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showSecretariatDocument(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The versions of documents with their approvals, the newest first. */
export const versionsByDocument: LoaderDefinition<string, DocumentVersion[]> = {
  name: 'versionsByDocument',
  async batch(scope, ids) {
    const where = { documentId: { $in: [...ids] } };
    const versions = await scope.find(DocumentVersionEntity, where, { orderBy: { versionNo: 'desc' } });
    const approvals = await scope.find(DocumentApprovalEntity, where, { orderBy: { givenAt: 'asc' } });
    return ids.map((id) =>
      versions
        .filter((version) => version.documentId === id)
        .map((version) => ({
          versionNo: version.versionNo,
          file: version.file,
          note: version.note ?? null,
          createdAt: version.createdAt,
          approvals: approvals
            .filter(({ documentId, versionNo }) => documentId === id && versionNo === version.versionNo)
            .map(({ givenBy, givenAt }) => ({ givenBy, givenAt })),
        })),
    );
  },
};
