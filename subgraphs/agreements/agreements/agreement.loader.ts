import { legalDate } from '../../kit/base/clock.js';
import { institutionsOf } from '../../kit/base/identity/principal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { AgreementApprovalEntity, AgreementEntity, type AgreementRow } from './agreement.entity.js';
import { agreementMachine } from './agreement.machine.js';
import { stateOn } from './agreement-state.js';
import type { Agreement, AgreementApproval, AgreementKind, AgreementState } from './agreement.types.js';

/** What the calendar does by itself is nobody's mutation. */
const calendar: readonly string[] = ['lapse', 'takeEffect', 'expire', 'endByNotice'];

/** What the graph shows of an agreement today, to the one who asks. */
export function showAgreement(scope: RequestScope, row: AgreementRow): Agreement {
  const acting = institutionsOf(scope.principal, ['INSTITUTION_ADMIN']).find((id) =>
    row.partyIds.includes(id),
  );
  const context = agreementContext(scope, row, acting);
  return {
    id: row.id,
    agreementNo: row.agreementNo,
    kind: row.content.kind as AgreementKind,
    title: row.content.title,
    partyIds: [...row.partyIds],
    contentVersion: row.contentVersion,
    contentHash: row.contentHash,
    terms: row.content.terms.map(({ fromScheme, toScheme, numerator, denominator }) => ({
      fromScheme,
      toScheme,
      ratio: { numerator, denominator },
    })),
    note: row.content.note,
    state: context.state as AgreementState,
    respondBy: row.respondBy,
    effectiveFrom: row.effectiveFrom,
    effectiveTo: row.effectiveTo ?? null,
    terminatesOn: row.terminatesOn ?? null,
    dueAt: agreementMachine.dueAt(context.state, row.stateEnteredAt),
    reason: row.reason ?? null,
    availableActions: agreementMachine
      .availableActions(context)
      .filter(({ action }) => !calendar.includes(action)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** An agreement and who wants to act on it for which party, as the machine looks at them. */
export function agreementContext(scope: RequestScope, row: AgreementRow, actingFor: string | undefined) {
  const isParty = actingFor !== undefined && row.partyIds.includes(actingFor);
  return {
    state: stateOn(row, legalDate(scope.clock.now())),
    principal: scope.principal,
    institutionId: isParty ? actingFor : null,
    facts: undefined,
  };
}

/** Agreements by id; absent and hidden ones are null. */
export const agreementById: LoaderDefinition<string, Agreement | null> = {
  name: 'agreementById',
  async batch(scope, ids) {
    const rows = await scope.find(AgreementEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showAgreement(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** A content of an agreement. */
export interface ContentKey {
  readonly id: string;
  readonly contentVersion: number;
}

/** Who approved and signed a content, as far as the caller may see it. */
export const approvalsByContent: LoaderDefinition<ContentKey, AgreementApproval[]> = {
  name: 'approvalsByContent',
  cacheKey: ({ id, contentVersion }) => `${id}\n${contentVersion}`,
  async batch(scope, keys) {
    const rows = await scope.find(
      AgreementApprovalEntity,
      { agreementId: { $in: keys.map(({ id }) => id) } },
      { orderBy: { givenAt: 'asc', id: 'asc' } },
    );
    return keys.map(({ id, contentVersion }) =>
      rows
        .filter((row) => row.agreementId === id && row.contentVersion === contentVersion)
        .map(({ institutionId, kind, contentHash, givenAt }) => ({
          institutionId,
          kind,
          contentHash,
          givenAt,
        })),
    );
  },
};
