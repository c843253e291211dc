import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emit } from '../../subgraphs/kit/room/outbox/emit.js';
import { eventsEmitted } from '../../subgraphs/kit/room/outbox/consumer.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { countedEvents } from '../../subgraphs/institutions/activities/counted-events.js';
import { activitiesWing } from '../../subgraphs/institutions/activities.wing.js';
import { roomModules } from '../../subgraphs/alliance/modules.js';
import { eventually } from '../support/eventually.js';
import { pgSql } from '../support/pg-sql.js';
import { arrives, eventOf } from './institutions-activities-kit.js';
import { step } from './institutions-grants-kit.js';
import { admin, away, home, idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away, 'inst_third');
});
afterAll(async () => room[Symbol.asyncDispose]());

const entries = async (institutionId: string, by: Principal = secretariat) => {
  const { data } = await room.ask(
    by,
    `query ($filter: MemberActivityFilter) {
       memberActivities(filter: $filter) { edges { node { id kind occurredOn title source retractsId } } }
     }`,
    { filter: { institutionId } },
  );
  return data.memberActivities.edges.map(({ node }: { node: object }) => node) as Record<string, string>[];
};
const shown = 'activity { id kind occurredOn evidence evidenceSha256 retractsId reason }';
const record = (by: Principal, input: object = {}) =>
  step(
    room,
    by,
    'recordActivity',
    {
      institutionId: home,
      kind: 'TRADE',
      occurredOn: '2026-01-10',
      title: 'Sold a course',
      evidence: 'Contract 12 of 2026',
      idempotencyKey: idempotencyKey(),
      ...input,
    },
    shown,
  );
const retract = (by: Principal, activityId: string) =>
  step(
    room,
    by,
    'retractActivity',
    { activityId, reason: 'It was another member', idempotencyKey: idempotencyKey() },
    shown,
  );

describe('the ledger of activities', () => {
  test('takes a certified outcome as a resource of its issuer', async () => {
    // Half past midnight in Shanghai: the legal day is the next one.
    const event = eventOf(
      'OutcomeCertified',
      { issuerId: away, outcomeCode: 'O-1' },
      '2025-03-01T16:30:00.000Z',
    );
    await arrives(room, 'outcomes', event);
    expect(await entries(away)).toEqual([
      expect.objectContaining({
        kind: 'RESOURCE',
        occurredOn: '2025-03-02',
        title: 'O-1',
        source: 'outcomes',
      }),
    ]);
  });

  test('takes a signed agreement as a conversion of every party, once however often it is told', async () => {
    const event = eventOf('AgreementSigned', { partyIds: [away, 'inst_third'], agreementNo: 'A-1' });
    await Promise.all([arrives(room, 'agreements', event), arrives(room, 'agreements', event)]);
    for (const party of [away, 'inst_third']) {
      expect((await entries(party)).filter(({ kind }) => kind === 'CONVERSION')).toHaveLength(1);
    }
  });

  test("takes this room's own activities from its own events", async () => {
    await emit(
      pgSql(room.sql),
      {
        type: 'AllianceActivityHeld',
        aggregateType: 'Meeting',
        aggregateId: 'meet_1',
        version: 1,
        payload: {
          institutionIds: [home],
          kind: 'ALLIANCE_ACTIVITY',
          title: 'Council',
          occurredOn: '2026-01-12',
        },
      },
      ['institutions'],
    );
    room.wakeBus.publish(eventsEmitted('institutions'));
    await eventually(async () => (await entries(home)).some(({ title }) => title === 'Council'));
  });

  test('is fed by rooms that know of it, and not by deposits', () => {
    for (const [type, { producer }] of Object.entries(countedEvents)) {
      const module = roomModules.find(({ name }) => name === producer);
      expect(module?.emits[type]).toContain('institutions');
    }
    expect(countedEvents).not.toHaveProperty('DepositBanked');
  });

  test('takes from the secretariat what happened outside the system, with evidence', async () => {
    const refused = (code: string) => [{ code }];
    expect((await record(admin)).userErrors).toEqual(refused('ACTION_FORBIDDEN'));
    expect((await record(secretariat, { evidence: undefined })).userErrors).toEqual(
      refused('ACTIVITY_WITHOUT_EVIDENCE'),
    );
    expect((await record(secretariat, { occurredOn: '2026-01-16' })).userErrors).toEqual(
      refused('ACTIVITY_IN_FUTURE'),
    );
    expect((await record(secretariat, { institutionId: 'inst_none' })).userErrors).toEqual(
      refused('NOT_FOUND'),
    );
    expect(
      (await record(secretariat, { evidence: undefined, evidenceUploadId: 'upl_none' })).userErrors,
    ).toEqual(refused('UPLOAD_NOT_FOUND'));
    expect((await record(secretariat)).activity).toMatchObject({ kind: 'TRADE', occurredOn: '2026-01-10' });
  });

  test('takes an entry back by a counter entry, once, also when two try', async () => {
    const { activity } = await record(secretariat, { title: 'A mistake' });
    const answers = await Promise.all([retract(secretariat, activity.id), retract(secretariat, activity.id)]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([{ code: 'ACTIVITY_RETRACTED' }]);
    const counter = answers.find((answer) => answer.activity !== null)!.activity;
    expect(counter).toMatchObject({ retractsId: activity.id, reason: 'It was another member' });
    expect((await retract(secretariat, counter.id)).userErrors).toEqual([{ code: 'ACTIVITY_RETRACTED' }]);
    expect((await retract(admin, activity.id)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  });

  test('is never changed, also when the service is bypassed', async () => {
    const { activity } = await record(secretariat, { title: 'Stays' });
    const id = activity.id as string;
    const refuses = (statement: string, constraint: string) =>
      expect(room.sql.query(statement)).rejects.toMatchObject({ constraint });
    await refuses(
      `update member_activity set kind = 'RESOURCE' where id = '${id}'`,
      'member_activity_append_only',
    );
    await refuses(`delete from member_activity where id = '${id}'`, 'member_activity_append_only');
    const insert = (columns: string, values: string) =>
      `insert into member_activity (id, institution_id, kind, occurred_on, title, source, recorded_by, created_at, ${columns})
       values ('act_x', '${away}', 'TRADE', '2026-01-10', 't', 'secretariat', 'x', now(), ${values})`;
    await refuses(insert('retracts, reason', `'${id}', 'r'`), 'member_activity_retraction');
    await refuses(insert('reason', `'no evidence'`), 'member_activity_evidence');
    const app = await room.connectAsApp();
    await app.query(`select set_config('app.kind', 'SERVICE', false)`);
    await expect(app.query(`update member_activity set title = 'x'`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('is seen by the secretariat, the council and the member itself', async () => {
    expect((await entries(away, person('council', 'COUNCIL_MEMBER'))).length).toBeGreaterThan(0);
    expect(await entries(away, person('adm2', `INSTITUTION_ADMIN@${away}`))).not.toEqual([]);
    expect(await entries(away, admin)).toEqual([]);
    const client = await room.connectAsApp();
    expect((await client.query('select * from counted_activity')).rows).toEqual([]);
  });
});

test('nothing in the wing of activities could end a membership: it has no job, no machine, no reach to one', async () => {
  const parts = activitiesWing.compose({ files: {} } as never);
  expect([parts.jobs, parts.background, parts.prepare]).toEqual([undefined, undefined, undefined]);
  expect([activitiesWing.machines, activitiesWing.work]).toEqual([[], undefined]);
  expect(activitiesWing.entities.map(({ meta }) => meta.className)).toEqual(['MemberActivity']);
  expect(activitiesWing.appendOnly).toEqual(['member_activity']);
});
