import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { institutionById } from '../institutions/institution.loader.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { SchoolEntity, type SchoolRow } from './school.entity.js';
import type {
  ConnectRecordsSystemInput,
  RecordsSystemKind,
  School,
  SchoolPayload,
  SwitchRecordsSystemInput,
} from './school.types.js';

constraintRefuses('school_pkey', () => refuse('SCHOOL_CONNECTED', {}, ['input', 'institutionId']));

const endpoint = z
  .string()
  .regex(/^(https?:\/\/[^\s]+|local:[a-z0-9-]+)$/, 'endpoint: http(s)://… | local:NAME');

/** The directory of schools, from which the records router knows whom to ask. */
export class SchoolService {
  /** Every school that the caller may see. */
  async directory(scope: RequestScope): Promise<School[]> {
    const rows = await scope.find(SchoolEntity, {});
    return Promise.all(rows.map((row) => show(scope, row)));
  }

  /** Adds a line to the directory; only for members, by the secretariat or the member's administrator. */
  async connect(scope: RequestScope, input: ConnectRecordsSystemInput): Promise<SchoolPayload> {
    const institution = await scope.load(institutionById, input.institutionId);
    return mutate(
      scope,
      { operation: 'connectRecordsSystem', action: 'CHANGE_INSTITUTION', subjectType: 'School', input },
      async (transaction) => {
        checkInput(z.object({ endpoint }), input);
        assertMayConnect(scope, input.institutionId);
        const [member] = await transaction.find(MembershipEntity, { institutionId: input.institutionId });
        if (institution === null) throw refuse('NOT_FOUND', { type: 'Institution', id: input.institutionId });
        if (member?.state !== 'ACTIVE')
          throw refuse('INSTITUTION_NOT_MEMBER', { institution: institution.name });
        const row = transaction.create(SchoolEntity, {
          id: input.institutionId,
          kind: input.kind,
          endpoint: input.endpoint,
          enabled: true,
          version: 1,
          createdAt: scope.clock.now(),
        });
        transaction.audited({ subjectId: row.id, after: { kind: input.kind, endpoint: input.endpoint } });
        transaction.wake('RecordsDirectory', row.id);
        return { school: { ...schoolOf(row), name: institution.name } };
      },
    );
  }

  /** Switches a school off or on; the router knows within a second. */
  async switch(scope: RequestScope, input: SwitchRecordsSystemInput): Promise<SchoolPayload> {
    const institution = await scope.load(institutionById, input.institutionId);
    return mutate(
      scope,
      { operation: 'switchRecordsSystem', action: 'CHANGE_INSTITUTION', subjectType: 'School', input },
      async (transaction) => {
        assertMayConnect(scope, input.institutionId);
        const row = await transaction.lock(SchoolEntity, input.institutionId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ school: { ...schoolOf(current), name: institution?.name ?? null } }),
        });
        const before = { enabled: row.enabled };
        row.enabled = input.enabled;
        await transaction.flush();
        transaction.audited({ subjectId: row.id, before, after: { enabled: row.enabled } });
        transaction.wake('RecordsDirectory', row.id);
        return { school: { ...schoolOf(row), name: institution?.name ?? null } };
      },
    );
  }
}

function assertMayConnect(scope: RequestScope, institutionId: string): void {
  const { principal } = scope;
  if (hasRole(principal, 'SECRETARIAT') || hasRole(principal, 'INSTITUTION_ADMIN', institutionId)) return;
  throw refuse('ACTION_FORBIDDEN', { action: 'connectRecordsSystem' });
}

async function show(scope: RequestScope, row: SchoolRow): Promise<School> {
  const institution = await scope.load(institutionById, row.id);
  return { ...schoolOf(row), name: institution?.name ?? null };
}

function schoolOf(row: SchoolRow): Omit<School, 'name'> {
  return {
    institutionId: row.id,
    kind: row.kind as RecordsSystemKind,
    endpoint: row.endpoint,
    enabled: row.enabled,
    version: row.version,
  };
}
