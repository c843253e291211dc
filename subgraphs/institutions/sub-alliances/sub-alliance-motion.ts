import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { BodyEntity } from '../bodies/body.entity.js';
import { specialCouncilArticle } from '../bodies/body.presets.js';
import type { DecidedMotion, MotionConsequence } from '../motions/motion-consequence.js';
import { holdSubject } from '../motions/motion-subject.js';
import { endSeatsOfBody } from '../seats/leave-seat.js';
import { SubAllianceEntity, SubAllianceMemberEntity, type SubAllianceRow } from './sub-alliance.entity.js';
import { subAllianceMachine, type SubAllianceStateName } from './sub-alliance.machine.js';
import { subAllianceMemberWork, subAllianceWork } from './sub-alliance.work.js';

/** Refuses a motion about a sub-alliance that does not wait for one. */
function awaitedIn(state: SubAllianceStateName): MotionConsequence['assertAwaited'] {
  return async (transaction, subjectId) => {
    await holdSubject(transaction, subjectId);
    const [row] = await transaction.find(SubAllianceEntity, { id: subjectId });
    if (row === undefined) {
      throw refuse('NOT_FOUND', { type: 'SubAlliance', id: subjectId }, ['input', 'subjectId']);
    }
    if (row.state !== state) throw refuse('SUB_ALLIANCE_NOT_AWAITED', {}, ['input', 'subjectId']);
  };
}

/** Takes a decided step; the caller has locked the row. */
async function step(
  transaction: MutationTransaction,
  row: SubAllianceRow,
  action: Parameters<typeof subAllianceMachine.next>[0],
  at: Date,
): Promise<void> {
  row.state = subAllianceMachine.next(action, row.state as SubAllianceStateName);
  row.stateSince = at;
  await transaction.work(subAllianceWork, row);
  transaction.wake('SubAlliance', row.id);
}

/** The standing council or the council founds a sub-alliance; its special council comes with it (charter art. 15). */
export const foundSubAlliance: MotionConsequence = {
  kind: 'FOUND_SUB_ALLIANCE',
  body: ['STANDING_COUNCIL', 'COUNCIL'],
  threshold: 'SIMPLE_MAJORITY',
  assertAwaited: awaitedIn('APPLIED'),
  async decided(transaction, scope, { subjectId, motionId, carried, decidedAt }: DecidedMotion) {
    const row = await transaction.lock(SubAllianceEntity, subjectId);
    row.motionId = motionId;
    if (!carried) return step(transaction, row, 'refuse', decidedAt);
    row.foundedAt = decidedAt;
    await step(transaction, row, 'found', decidedAt);
    transaction.create(BodyEntity, {
      id: newId('Body'),
      kind: 'SPECIAL_COUNCIL',
      nameZh: `${row.nameZh}专门理事会`,
      nameEn: `Special council of ${row.nameEn}`,
      article: specialCouncilArticle,
      subAllianceId: row.id,
      version: 1,
      createdAt: decidedAt,
    });
    const lead = transaction.create(SubAllianceMemberEntity, {
      id: newId('SubAllianceMember'),
      subAllianceId: row.id,
      leadInstitutionId: row.leadInstitutionId,
      institutionId: row.leadInstitutionId,
      state: 'MEMBER',
      stateSince: decidedAt,
      validFrom: decidedAt,
      requestedBy: scope.principal.subject,
      version: 1,
      createdAt: decidedAt,
    });
    await transaction.work(subAllianceMemberWork, lead);
  },
};

/** The standing council or the council dissolves a sub-alliance or merges it; its special council ends with it. */
export const dissolveSubAlliance: MotionConsequence = {
  kind: 'DISSOLVE_SUB_ALLIANCE',
  body: ['STANDING_COUNCIL', 'COUNCIL'],
  threshold: 'SIMPLE_MAJORITY',
  assertAwaited: awaitedIn('DISSOLUTION_PROPOSED'),
  async decided(transaction, scope, { subjectId, motionId, motionNo, carried, decidedAt }: DecidedMotion) {
    const row = await transaction.lock(SubAllianceEntity, subjectId);
    if (!carried) {
      row.successorId = null;
      return step(transaction, row, 'keep', decidedAt);
    }
    row.endMotionId = motionId;
    // A successor that has ended since takes nobody over.
    const [successor] = await transaction.find(SubAllianceEntity, {
      id: row.successorId ?? '',
      state: 'FOUNDED',
    });
    if (successor === undefined) row.successorId = null;
    await step(transaction, row, successor === undefined ? 'dissolve' : 'merge', decidedAt);
    for (const { id } of await transaction.find(BodyEntity, { subAllianceId: row.id })) {
      // An appointment to the council holds it too, and is refused after this.
      const council = await transaction.lock(BodyEntity, id);
      council.endedAt = decidedAt;
      await endSeatsOfBody(scope, transaction, id, `分盟终止 · The sub-alliance has ended · ${motionNo}`);
    }
    for (const member of await transaction.find(SubAllianceMemberEntity, {
      subAllianceId: row.id,
      state: 'MEMBER',
    })) {
      member.state = 'LEFT';
      member.stateSince = decidedAt;
      member.validTo = decidedAt;
      await transaction.work(subAllianceMemberWork, member);
    }
    if (successor !== undefined) await takeOver(transaction, row.id, successor, decidedAt);
  },
};

/** Those who are in standing belong to the successor from the merger on, where they did not before. */
async function takeOver(
  { sql }: MutationTransaction,
  fromId: string,
  successor: SubAllianceRow,
  at: Date,
): Promise<void> {
  const instant = at.toISOString();
  const taken = await sql.execute<{ institution_id: string }>(
    `select gone.institution_id from sub_alliance_member gone
     join membership on membership.institution_id = gone.institution_id and membership.state = 'ACTIVE'
     where gone.sub_alliance_id = ? and gone.state = 'LEFT' and gone.valid_to = ?::timestamptz and not exists (
       select 1 from sub_alliance_member known where known.sub_alliance_id = ?
         and known.institution_id = gone.institution_id and known.state in ('REQUESTED', 'MEMBER'))`,
    [fromId, instant, successor.id],
  );
  const rows = taken.map((one) => ({ id: newId('SubAllianceMember'), ...one }));
  await sql.execute(
    `insert into sub_alliance_member (id, sub_alliance_id, lead_institution_id, institution_id, state, state_since,
       valid_from, requested_by, created_at)
     select id, ?, ?, institution_id, 'MEMBER', ?::timestamptz, ?::timestamptz, 'merger', ?::timestamptz
     from jsonb_to_recordset(?::jsonb) as taken (id text, institution_id text)`,
    [successor.id, successor.leadInstitutionId, instant, instant, instant, JSON.stringify(rows)],
  );
}
