import { parseDecimal } from '../../kit/base/decimal.js';
import { mask } from '../../kit/room/encryption/mask.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteReads, type PersonalRow } from '../audit/read-audit.js';
import { DepositEntity, type DepositRow } from './deposit.entity.js';
import { depositMachine } from './deposit.machine.js';
import type { Deposit, DepositCategory, DepositState } from './deposit.types.js';

/** The steps that are mutations; the others follow from them. */
const mutations: readonly string[] = ['reviewDeposit', 'revokeDeposit'];

/** What the graph shows of a deposit to the one who asks. */
export function showDeposit(scope: RequestScope, row: DepositRow): Deposit {
  return {
    id: row.id,
    learnerId: row.learnerId ?? null,
    issuerId: row.issuerId,
    studentNumber: row.studentNumber,
    nativeKey: row.nativeKey,
    courseCode: row.courseCode ?? null,
    title: row.title,
    category: row.category as DepositCategory,
    credits: { amount: parseDecimal(row.creditAmount), scheme: row.creditScheme },
    hours: row.hours == null ? null : parseDecimal(row.hours),
    grade: row.grade ?? null,
    gradeScale: row.gradeScale ?? null,
    awardedOn: row.awardedOn ?? null,
    term: row.term ?? null,
    attempt: row.attempt,
    state: row.state as DepositState,
    since: row.stateEnteredAt,
    dueAt: depositMachine.dueAt(row.state, row.stateEnteredAt),
    enteredBy: mask(row.enteredBy),
    reviewedBy: row.reviewedBy == null ? null : mask(row.reviewedBy),
    reviewedAt: row.reviewedAt ?? null,
    reason: row.reason ?? null,
    source: {
      system: row.sourceSystem ?? null,
      method: row.sourceMethod ?? null,
      asOf: row.sourceAsOf ?? null,
      freshness: row.sourceFreshness,
      evidenceHash: row.evidenceHash ?? null,
    },
    availableActions: depositMachine
      .availableActions(depositContext(scope, row))
      .filter(({ action }) => mutations.includes(action)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** A deposit and who wants to act on it, as the machine looks at them. */
export function depositContext(scope: RequestScope, row: DepositRow) {
  return {
    state: row.state,
    principal: scope.principal,
    institutionId: row.issuerId,
    owner: row.ownerSubject ?? null,
    facts: { enteredBy: row.enteredBy },
  };
}

/** A deposit as the trail of reads looks at it. */
export function asPersonal(row: DepositRow): PersonalRow {
  return { id: row.id, learnerId: row.learnerId ?? null, ownerSubject: row.ownerSubject ?? null };
}

/** Deposits by id; absent and hidden ones are null. */
export const depositById: LoaderDefinition<string, Deposit | null> = {
  name: 'depositById',
  async batch(scope, ids) {
    const rows = await scope.find(DepositEntity, { id: { $in: [...ids] } });
    noteReads(scope, 'READ_DEPOSIT', 'Deposit', rows.map(asPersonal));
    const found = new Map(rows.map((row) => [row.id, showDeposit(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The key of a result at its school. */
export interface ResultKey {
  readonly institutionId: string;
  readonly nativeKey: string;
}

/** The deposit of a school's result that counts, or the last one that came to nothing; null when there is none. */
export const depositByResult: LoaderDefinition<ResultKey, Deposit | null> = {
  name: 'depositByResult',
  cacheKey: (key) => `${key.institutionId}\n${key.nativeKey}`,
  async batch(scope, keys) {
    const rows = await scope.find<DepositRow>(
      DepositEntity,
      { $or: keys.map(({ institutionId, nativeKey }) => ({ issuerId: institutionId, nativeKey })) },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
    noteReads(scope, 'READ_DEPOSIT', 'Deposit', rows.map(asPersonal));
    return keys.map(({ institutionId, nativeKey }) => {
      const own = rows.filter((row) => row.issuerId === institutionId && row.nativeKey === nativeKey);
      const counting = own.find(({ state }) => state !== 'REJECTED' && state !== 'REVOKED') ?? own[0];
      return counting === undefined ? null : showDeposit(scope, counting);
    });
  },
};
