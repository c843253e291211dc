import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { holdersAmong } from '../grants/grant-holders.js';
import {
  DocumentApprovalEntity,
  DocumentVersionEntity,
  SecretariatDocumentEntity,
  type DocumentApprovalRow,
  type SecretariatDocumentRow,
} from './secretariat-document.entity.js';
import type {
  ApproveSecretariatDocumentInput,
  CreateSecretariatDocumentInput,
  PublishSecretariatDocumentInput,
  ReasonedDocumentStepInput,
  ReviseSecretariatDocumentInput,
  SecretariatDocumentPayload,
  SubmitSecretariatDocumentInput,
} from './secretariat-document.inputs.js';
import {
  secretariatDocumentById,
  secretariatDocumentKind,
  showSecretariatDocument,
  versionsByDocument,
} from './secretariat-document.loader.js';
import type {
  DocumentVersion,
  SecretariatDocument,
  SecretariatDocumentsArguments,
} from './secretariat-document.types.js';
import type { SecretariatFileService } from './secretariat-file.service.js';
import type { KeptFile } from './secretariat-file.types.js';

constraintRefuses('document_approver_other', () =>
  refuse('DOCUMENT_SAME_PERSON', {}, ['input', 'approvers']),
);
constraintRefuses('document_approval_key', () => refuse('DOCUMENT_APPROVED_BEFORE'));
constraintRefuses('document_approved_by_all', () => refuse('DOCUMENT_NOT_APPROVED_BY_ALL'));

const title = z.object({ title: z.string().trim().min(1, 'title: 1-200').max(200, 'title: 1-200') });
const note = z.object({ note: z.string().trim().max(500, 'note: 0-500').nullish() });
const named = z.object({
  approvers: z.array(z.string().min(1).max(200)).min(1, 'approvers: 1-10').max(10, 'approvers: 1-10'),
});
const reasoned = z.object({ reason: z.string().trim().min(1, 'reason: 1-500').max(500, 'reason: 1-500') });

/** The flow of the secretariat's documents (charter art. 14, 17). */
export class SecretariatDocumentService {
  readonly #files: SecretariatFileService;

  constructor(files: SecretariatFileService) {
    this.#files = files;
  }

  /** One document; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<SecretariatDocument | null> {
    return scope.load(secretariatDocumentById, id);
  }

  /** A page of the documents that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: SecretariatDocumentsArguments,
    withTotal: boolean,
  ): Promise<Connection<SecretariatDocument>> {
    const conditions: FilterQuery<SecretariatDocumentRow>[] = [];
    if (filter.titleContains != null) {
      conditions.push({ title: { $like: `%${filter.titleContains.replace(/[\\%_]/g, '\\$&')}%` } });
    }
    if (filter.kind != null) conditions.push({ kind: filter.kind });
    if (filter.states != null) conditions.push({ state: { $in: filter.states } });
    const page = await scope.page(SecretariatDocumentEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showSecretariatDocument(scope, row));
  }

  /**
   * The versions that the caller may see: all of them for the secretariat, else the current one. Who approved it is
   * for those who work on it and oversee it: the public reads the document, not the sign-in names of officials.
   */
  async versionsOf(scope: RequestScope, document: SecretariatDocument): Promise<DocumentVersion[]> {
    const versions = await scope.load(versionsByDocument, document.id);
    if (hasRole(scope.principal, ['SECRETARIAT', 'SERVICE'])) return versions;
    const current = versions.filter(({ versionNo }) => versionNo === document.currentVersion);
    if (hasRole(scope.principal, ['COUNCIL_MEMBER', 'SUPERVISOR'])) return current;
    return current.map(({ versionNo, file, note: said, createdAt }) => ({
      versionNo,
      file,
      note: said,
      createdAt,
      approvals: [],
    }));
  }

  /** Begins a document with its first version. */
  create(scope: RequestScope, input: CreateSecretariatDocumentInput): Promise<SecretariatDocumentPayload> {
    const operation = 'createSecretariatDocument';
    return mutate(
      scope,
      { operation, action: 'CHANGE_DOCUMENT', subjectType: 'SecretariatDocument', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) {
          throw refuse('ACTION_FORBIDDEN', { action: operation });
        }
        const { kind, audience } = input;
        const file = await this.#fileOf(scope, input.uploadId);
        const now = scope.clock.now();
        const row = transaction.create(SecretariatDocumentEntity, {
          id: newId('SecretariatDocument'),
          kind,
          ...checkInput(title, input),
          audience,
          effectiveOn: input.effectiveOn ?? null,
          currentVersion: 1,
          madeBy: scope.principal.subject,
          approvers: [],
          approvalCount: 0,
          state: 'DRAFT',
          stateSince: now,
          version: 1,
          createdAt: now,
        });
        await transaction.flush();
        this.#keepVersion(scope, transaction, row, file, null);
        return reportCase(scope, transaction, secretariatDocumentKind, row);
      },
    );
  }

  /** Makes another version of a draft. */
  revise(scope: RequestScope, input: ReviseSecretariatDocumentInput): Promise<SecretariatDocumentPayload> {
    const on = { id: input.secretariatDocumentId, input };
    return takeStep(
      scope,
      secretariatDocumentKind,
      'reviseSecretariatDocument',
      on,
      async (row, transaction) => {
        const file = await this.#fileOf(scope, input.uploadId);
        row.currentVersion += 1;
        row.madeBy = scope.principal.subject;
        // Whoever makes a version cannot approve it; the next submission names its approvers anew.
        row.approvers = [];
        row.approvalCount = 0;
        row.effectiveOn = input.effectiveOn ?? row.effectiveOn;
        this.#keepVersion(scope, transaction, row, file, checkInput(note, input).note ?? null);
      },
    );
  }

  /** Sends a draft to the people who are to approve it. */
  submit(scope: RequestScope, input: SubmitSecretariatDocumentInput): Promise<SecretariatDocumentPayload> {
    const on = { id: input.secretariatDocumentId, input };
    return takeStep(
      scope,
      secretariatDocumentKind,
      'submitSecretariatDocument',
      on,
      async (row, transaction) => {
        const approvers = [...new Set(checkInput(named, input).approvers)];
        const holders = await holdersAmong(
          transaction,
          approvers,
          ['SECRETARIAT', 'COUNCIL_MEMBER'],
          scope.clock,
        );
        const unknown = approvers.find((subject) => !holders.has(subject));
        if (unknown !== undefined) {
          throw refuse('DOCUMENT_APPROVER_UNKNOWN', { subject: unknown }, ['input', 'approvers']);
        }
        const given = await this.#approvalsOf(transaction, row);
        // A version that was given back may come again as it is, but somebody must have a word on it that counts anew.
        if (approvers.every((subject) => given.some(({ givenBy }) => givenBy === subject))) {
          throw refuse('DOCUMENT_NOBODY_TO_APPROVE', {}, ['input', 'approvers']);
        }
        row.approvers = approvers;
        row.approvalCount = given.length;
        // Why it was given back is no business of its readers.
        row.note = null;
      },
    );
  }

  /** Approves the current version; with the last named approval the document is APPROVED. */
  approve(scope: RequestScope, input: ApproveSecretariatDocumentInput): Promise<SecretariatDocumentPayload> {
    const operation = 'approveSecretariatDocument';
    return mutate(
      scope,
      { operation, action: 'CHANGE_DOCUMENT', subjectType: 'SecretariatDocument', input },
      async (transaction) => {
        const row = await transaction.lock(SecretariatDocumentEntity, input.secretariatDocumentId, {
          expectedVersion: input.expectedVersion,
          current: (found) => ({ secretariatDocument: showSecretariatDocument(scope, found) }),
        });
        const { machine, context } = secretariatDocumentKind;
        machine.check(operation, context(scope, row));
        const now = scope.clock.now();
        transaction.create(DocumentApprovalEntity, {
          id: newId('DocumentApproval'),
          documentId: row.id,
          versionNo: row.currentVersion,
          givenBy: scope.principal.subject,
          givenAt: now,
        });
        await transaction.flush();
        const given = await this.#approvalsOf(transaction, row);
        row.approvalCount = given.length;
        if (row.approvers.every((subject) => given.some(({ givenBy }) => givenBy === subject))) {
          row.state = machine.next(operation, 'IN_REVIEW');
          row.stateSince = now;
        }
        return reportCase(scope, transaction, secretariatDocumentKind, row);
      },
    );
  }

  /** Gives a document back to be changed, or takes it back; the approvals of its version stay on record. */
  return(scope: RequestScope, input: ReasonedDocumentStepInput): Promise<SecretariatDocumentPayload> {
    return this.#explain(scope, 'returnSecretariatDocument', input);
  }

  /** Publishes an approved document to its audience. */
  publish(scope: RequestScope, input: PublishSecretariatDocumentInput): Promise<SecretariatDocumentPayload> {
    const on = { id: input.secretariatDocumentId, input };
    return takeStep(scope, secretariatDocumentKind, 'publishSecretariatDocument', on);
  }

  /** Archives a document; it stays on record and leaves its audience. */
  archive(scope: RequestScope, input: ReasonedDocumentStepInput): Promise<SecretariatDocumentPayload> {
    return this.#explain(scope, 'archiveSecretariatDocument', input);
  }

  #explain(
    scope: RequestScope,
    action: 'returnSecretariatDocument' | 'archiveSecretariatDocument',
    input: ReasonedDocumentStepInput,
  ): Promise<SecretariatDocumentPayload> {
    const on = { id: input.secretariatDocumentId, input };
    return takeStep(scope, secretariatDocumentKind, action, on, (row) => {
      row.note = checkInput(reasoned, input).reason;
    });
  }

  #approvalsOf(
    transaction: MutationTransaction,
    row: SecretariatDocumentRow,
  ): Promise<DocumentApprovalRow[]> {
    return transaction.find(DocumentApprovalEntity, { documentId: row.id, versionNo: row.currentVersion });
  }

  async #fileOf(scope: RequestScope, uploadId: string): Promise<KeptFile> {
    const [file] = await this.#files.take(scope, [uploadId]);
    if (file === undefined) throw refuse('UPLOAD_NOT_FOUND', { uploadId });
    return file;
  }

  #keepVersion(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: SecretariatDocumentRow,
    file: KeptFile,
    said: string | null,
  ): void {
    transaction.create(DocumentVersionEntity, {
      id: newId('DocumentVersion'),
      documentId: row.id,
      versionNo: row.currentVersion,
      file,
      note: said,
      madeBy: scope.principal.subject,
      createdAt: scope.clock.now(),
    });
  }
}
