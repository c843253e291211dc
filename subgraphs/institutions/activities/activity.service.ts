import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { createUpload } from '../../kit/room/files/create-upload.js';
import type { FileStore } from '../../kit/room/files/file-store.js';
import type { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type Payload } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { MemberActivityEntity, type MemberActivityRow } from './activity.entity.js';
import type {
  ActivityKind,
  MemberActivitiesArguments,
  MemberActivity,
  MemberActivityFilter,
  MemberActivityPayload,
  RecordActivityInput,
  RetractActivityInput,
} from './activity.types.js';

constraintRefuses('member_activity_retracts_key', () => refuse('ACTIVITY_RETRACTED'));
constraintRefuses('member_activity_retraction', () => refuse('ACTIVITY_RETRACTED'));

const purpose = 'activity-evidence';
const maxBytes = 16 * 1024 * 1024;
const recorded = z.object({
  title: z.string().trim().min(1).max(200),
  evidence: z.string().trim().min(1).max(2_000).nullish(),
});

/** The ledger of what members do: what rooms tell comes by events, the rest is recorded by the secretariat. */
export class ActivityService {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** A page of the ledger, the newest days last. */
  async list(
    scope: RequestScope,
    args: MemberActivitiesArguments,
    withTotal: boolean,
  ): Promise<Connection<MemberActivity>> {
    const page = await scope.page(MemberActivityEntity, args, {
      where: conditionOf(args.filter ?? {}),
      orderBy: [{ occurredOn: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showActivity);
  }

  /** Opens an upload for a file of evidence. */
  createUpload(scope: RequestScope, input: UploadInput): Promise<Payload<{ upload: Upload }>> {
    const allowed = hasRole(scope.principal, 'SECRETARIAT');
    return createUpload(
      scope,
      this.#files,
      { operation: 'createActivityEvidenceUpload', purpose, maxBytes, allowed },
      input,
    );
  }

  /** Records what a member did outside the system. */
  record(scope: RequestScope, input: RecordActivityInput): Promise<MemberActivityPayload> {
    return mutate(
      scope,
      { operation: 'recordActivity', action: 'RECORD_ACTIVITY', subjectType: 'MemberActivity', input },
      async (transaction) => {
        assertKeeps(scope, 'recordActivity');
        checkInput(recorded, input);
        assertPast(scope, input.occurredOn, ['input', 'occurredOn']);
        const sha256 = await this.#sealed(scope, input);
        const [institution] = await transaction.find(InstitutionEntity, { id: input.institutionId });
        if (institution === undefined) {
          throw refuse('NOT_FOUND', { type: 'Institution', id: input.institutionId }, [
            'input',
            'institutionId',
          ]);
        }
        const row = transaction.create(MemberActivityEntity, {
          id: newId('Activity'),
          institutionId: institution.id,
          kind: input.kind,
          occurredOn: input.occurredOn,
          title: input.title,
          source: 'secretariat',
          evidence: input.evidence ?? null,
          evidenceUploadId: input.evidenceUploadId ?? null,
          evidenceSha256: sha256,
          recordedBy: scope.principal.subject,
          createdAt: scope.clock.now(),
        });
        transaction.audited({ subjectId: row.id, after: input });
        return { activity: showActivity(row) };
      },
    );
  }

  /** Takes an entry back by another one; neither is ever changed. */
  retract(scope: RequestScope, input: RetractActivityInput): Promise<MemberActivityPayload> {
    return mutate(
      scope,
      { operation: 'retractActivity', action: 'RECORD_ACTIVITY', subjectType: 'MemberActivity', input },
      async (transaction) => {
        assertKeeps(scope, 'retractActivity');
        checkInput(z.object({ reason: z.string().trim().min(1).max(1_000) }), input);
        const [entry] = await transaction.find(MemberActivityEntity, { id: input.activityId });
        if (entry === undefined) throw refuse('NOT_FOUND', { type: 'MemberActivity', id: input.activityId });
        const row = transaction.create(MemberActivityEntity, {
          id: newId('Activity'),
          institutionId: entry.institutionId,
          kind: entry.kind,
          occurredOn: entry.occurredOn,
          title: entry.title,
          source: 'secretariat',
          retracts: entry.id,
          reason: input.reason,
          recordedBy: scope.principal.subject,
          createdAt: scope.clock.now(),
        });
        transaction.audited({ subjectId: entry.id, detail: { reason: input.reason } });
        return { activity: showActivity(row) };
      },
    );
  }

  /** The hash of the evidence file, so that the entry says which bytes were shown; null where there is only a text. */
  async #sealed(scope: RequestScope, input: RecordActivityInput): Promise<string | null> {
    if (input.evidenceUploadId != null) {
      const file = await this.#files.open(input.evidenceUploadId, scope.principal.subject, purpose);
      file.stream.destroy();
      return file.sha256;
    }
    if (input.evidence == null) throw refuse('ACTIVITY_WITHOUT_EVIDENCE', {}, ['input', 'evidence']);
    return null;
  }
}

/** What has not happened yet counts as nothing. @throws AmrloError `ACTIVITY_IN_FUTURE` */
export function assertPast(scope: RequestScope, date: string, path?: readonly string[]): void {
  const today = legalDate(scope.clock.now());
  if (date > today) throw refuse('ACTIVITY_IN_FUTURE', { today }, path);
}

function assertKeeps(scope: RequestScope, action: string): void {
  if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action });
}

function conditionOf(filter: MemberActivityFilter): FilterQuery<MemberActivityRow> {
  const conditions: FilterQuery<MemberActivityRow>[] = [];
  if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
  if (filter.kind != null) conditions.push({ kind: filter.kind });
  if (filter.from != null) conditions.push({ occurredOn: { $gte: filter.from } });
  if (filter.before != null) conditions.push({ occurredOn: { $lt: filter.before } });
  return conditions.length === 0 ? {} : { $and: conditions };
}

function showActivity(row: MemberActivityRow): MemberActivity {
  return {
    id: row.id,
    institutionId: row.institutionId,
    kind: row.kind as ActivityKind,
    occurredOn: row.occurredOn,
    title: row.title,
    source: row.source,
    subjectType: row.subjectType ?? null,
    subjectId: row.subjectId ?? null,
    evidence: row.evidence ?? null,
    evidenceSha256: row.evidenceSha256 ?? null,
    retractsId: row.retracts ?? null,
    reason: row.reason ?? null,
    recordedBy: row.recordedBy,
    recordedAt: row.createdAt,
  };
}
