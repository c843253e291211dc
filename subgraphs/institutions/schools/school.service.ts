import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import type { AuditEntry } from '../../kit/room/audit/audit-trail.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { institutionById } from '../institutions/institution.loader.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { acceptableEndpoint } from './endpoint.js';
import { SchoolEntity, type SchoolRow } from './school.entity.js';
import type {
  ConnectRecordsSystemInput,
  DisconnectRecordsSystemInput,
  MoveRecordsSystemInput,
  RecordsSystemKind,
  School,
  SchoolPayload,
  SwitchRecordsSystemInput,
} from './school.types.js';

constraintRefuses('school_pkey', () => refuse('SCHOOL_CONNECTED', {}, ['input', 'institutionId']));

const terms = z.object({
  timeoutMs: z.int().min(100).max(30_000).nullish(),
  maxConcurrent: z.int().min(1).max(256).nullish(),
});
const reason = z.string().trim().min(1).max(500);

/** The directory of schools, from which the records router knows whom to ask. */
export class SchoolService {
  /** Every school that the caller may see. */
  async directory(scope: RequestScope): Promise<School[]> {
    const rows = await scope.find(SchoolEntity, { disconnectedAt: null });
    return Promise.all(rows.map((row) => show(scope, row)));
  }

  /** Adds a line to the directory; only for members, by the secretariat or the member's administrator. */
  async connect(scope: RequestScope, input: ConnectRecordsSystemInput): Promise<SchoolPayload> {
    const institution = await scope.load(institutionById, input.institutionId);
    return mutate(
      scope,
      { operation: 'connectRecordsSystem', action: 'CHANGE_INSTITUTION', subjectType: 'School', input },
      async (transaction) => {
        checkInput(terms, input);
        assertMayConnect(scope, input.institutionId);
        const [member] = await transaction.find(MembershipEntity, { institutionId: input.institutionId });
        if (institution === null) throw refuse('NOT_FOUND', { type: 'Institution', id: input.institutionId });
        if (member?.state !== 'ACTIVE')
          throw refuse('INSTITUTION_NOT_MEMBER', { institution: institution.name });
        const endpoint = acceptableEndpoint(input.endpoint, mayPointAnywhere(scope));
        const row = await newLine(
          transaction,
          input.institutionId,
          given(input, endpoint),
          scope.clock.now(),
        );
        transaction.audited({ subjectId: row.id, after: termsOf(row) });
        transaction.wake('RecordsDirectory', row.id);
        return { school: { ...schoolOf(row), name: institution.name } };
      },
    );
  }

  /** Changes a line of the directory; the router asks the new address within a second. */
  async move(scope: RequestScope, input: MoveRecordsSystemInput): Promise<SchoolPayload> {
    return this.#change(scope, 'moveRecordsSystem', input, (row) => {
      checkInput(terms, input);
      const before = termsOf(row);
      // Whoever only changes the limits gives the address as it stands, also one that the secretariat gave.
      const isAsBefore = input.endpoint === row.endpoint;
      const endpoint = acceptableEndpoint(input.endpoint, isAsBefore || mayPointAnywhere(scope));
      Object.assign(row, given(input, endpoint));
      return { before, after: termsOf(row) };
    });
  }

  /** Takes a school out of the directory; its records are unknown from then on, and nothing of its history is lost. */
  async disconnect(scope: RequestScope, input: DisconnectRecordsSystemInput): Promise<SchoolPayload> {
    return this.#change(scope, 'disconnectRecordsSystem', input, (row) => {
      checkInput(z.object({ reason }), input);
      row.disconnectedAt = scope.clock.now();
      return { before: termsOf(row), detail: { reason: input.reason } };
    });
  }

  /** Switches a school off or on; the router knows within a second. */
  async switch(scope: RequestScope, input: SwitchRecordsSystemInput): Promise<SchoolPayload> {
    return this.#change(scope, 'switchRecordsSystem', input, (row) => {
      const before = { enabled: row.enabled };
      row.enabled = input.enabled;
      return { before, after: { enabled: row.enabled } };
    });
  }

  async #change(
    scope: RequestScope,
    operation: string,
    input: { readonly institutionId: string; readonly expectedVersion: number },
    change: (row: SchoolRow) => Pick<AuditEntry, 'before' | 'after' | 'detail'>,
  ): Promise<SchoolPayload> {
    const institution = await scope.load(institutionById, input.institutionId);
    const shown = (row: SchoolRow) => ({ school: { ...schoolOf(row), name: institution?.name ?? null } });
    return mutate(
      scope,
      { operation, action: 'CHANGE_INSTITUTION', subjectType: 'School', input },
      async (transaction) => {
        assertMayConnect(scope, input.institutionId);
        const row = await transaction.lock(SchoolEntity, input.institutionId, {
          expectedVersion: input.expectedVersion,
          current: shown,
        });
        if (row.disconnectedAt !== null) throw refuse('NOT_FOUND', { type: 'School', id: row.id });
        const changed = change(row);
        await transaction.flush();
        transaction.audited({ subjectId: row.id, ...changed });
        transaction.wake('RecordsDirectory', row.id);
        return shown(row);
      },
    );
  }
}

/** A line for a school that was never connected, or the line of one that left, on which it comes back. */
async function newLine(
  transaction: MutationTransaction,
  id: string,
  line: ReturnType<typeof given>,
  now: Date,
): Promise<SchoolRow> {
  const [known] = await transaction.find(SchoolEntity, { id });
  if (known === undefined) {
    return transaction.create(SchoolEntity, {
      id,
      ...line,
      enabled: true,
      disconnectedAt: null,
      version: 1,
      createdAt: now,
    });
  }
  const row = await transaction.lock(SchoolEntity, id);
  if (row.disconnectedAt === null) throw refuse('SCHOOL_CONNECTED', {}, ['input', 'institutionId']);
  Object.assign(row, line, { enabled: true, disconnectedAt: null });
  await transaction.flush();
  return row;
}

function given(input: ConnectRecordsSystemInput | MoveRecordsSystemInput, endpoint: string) {
  const { kind, timeoutMs = null, maxConcurrent = null } = input;
  return { kind: kind as string, endpoint, timeoutMs, maxConcurrent };
}

function termsOf({ kind, endpoint, timeoutMs, maxConcurrent }: SchoolRow) {
  return { kind, endpoint, timeoutMs, maxConcurrent };
}

function assertMayConnect(scope: RequestScope, institutionId: string): void {
  const { principal } = scope;
  if (hasRole(principal, 'SECRETARIAT') || hasRole(principal, 'INSTITUTION_ADMIN', institutionId)) return;
  throw refuse('ACTION_FORBIDDEN', { action: 'connectRecordsSystem' });
}

function mayPointAnywhere({ principal }: RequestScope): boolean {
  return hasRole(principal, 'SECRETARIAT');
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
    timeoutMs: row.timeoutMs ?? null,
    maxConcurrent: row.maxConcurrent ?? null,
    version: row.version,
  };
}
