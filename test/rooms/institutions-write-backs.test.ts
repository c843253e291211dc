import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { admin, away, home, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const given = {
  institutionId: home,
  studentNumber: '12021240004',
  courseCode: '24010101',
  certificateNumber: 'AMRLO-2026-000042',
  kind: 'BOTH',
  outcome: 'INTENDED',
  reference: 'reference-1',
};

async function record(by: Principal, change: object = {}) {
  const { data } = await room.ask(
    by,
    `mutation ($input: RecordExemptionWriteBackInput!) { recordExemptionWriteBack(input: $input) {
       entry { reference outcome } userErrors { code } } }`,
    { input: { ...given, ...change } },
  );
  return data.recordExemptionWriteBack as { entry: object | null; userErrors: { code: string }[] };
}

async function trail(reference: string) {
  const { rows } = await room.sql.query(
    `select actor, action, subject_type, subject_id, learner_id, outcome, detail from audit_event
     where detail->>'reference' = $1 order by id`,
    [reference],
  );
  return rows;
}

const denials = async (actor: string) =>
  (
    await room.sql.query(
      `select outcome, detail from audit_event where action = 'WRITE_BACK_EXEMPTION' and actor = $1 order by id`,
      [actor],
    )
  ).rows;

test.each([
  ['a registrar of the school', person('reg', `REGISTRAR@${home}`)],
  ['an administrator of the school', admin],
  ['a service', servicePrincipal('agreements')],
])(
  'an exemption is noted for %s, under their own name and without the number of the student',
  async (_, by) => {
    const reference = `noted-${by.subject}`;
    expect(await record(by, { reference })).toEqual({
      entry: { reference, outcome: 'INTENDED' },
      userErrors: [],
    });
    await record(by, { reference, outcome: 'WRITTEN' });
    const rows = await trail(reference);
    expect(rows).toMatchObject(
      ['INTENDED', 'WRITTEN'].map((outcome) => ({
        actor: by.subject,
        action: 'WRITE_BACK_EXEMPTION',
        subject_type: 'StudentRecord',
        outcome: 'ALLOWED',
        learner_id: null,
        detail: {
          institutionId: home,
          courseCode: '24010101',
          certificateNumber: 'AMRLO-2026-000042',
          kind: 'BOTH',
          outcome,
          reference,
        },
      })),
    );
    expect(rows[0].subject_id).toBe(rows[1].subject_id);
    expect(rows[0].subject_id).toMatch(new RegExp(`^${home}:[\\w-]{43}$`));
    expect(JSON.stringify(rows)).not.toContain(given.studentNumber);
  },
);

test('the same number at two schools is two students', async () => {
  for (const institutionId of [home, away])
    await record(servicePrincipal('records'), { institutionId, reference: 'two-schools' });
  const marks = (await trail('two-schools')).map(({ subject_id: id }) => id.split(':')[1]);
  expect(new Set(marks).size).toBe(2);
});

test.each([
  ['a registrar of another school', person('other', `REGISTRAR@${away}`)],
  ['an administrator of another school', person('other-admin', `INSTITUTION_ADMIN@${away}`)],
  ['a registrar of no school', person('nowhere', 'REGISTRAR')],
  ['the secretariat', secretariat],
  ['the student', person('student')],
])('%s writes no entry for this one, and is noted as refused', async (_, by) => {
  const reference = `false-${by.subject}`;
  expect(await record(by, { reference, outcome: 'WRITTEN' })).toEqual({
    entry: null,
    userErrors: [{ code: 'ACTION_FORBIDDEN' }],
  });
  expect(await trail(reference)).toEqual([]);
  expect(await denials(by.subject)).toEqual([
    { outcome: 'DENIED', detail: { code: 'ACTION_FORBIDDEN', operation: 'recordExemptionWriteBack' } },
  ]);
});

test('what is no entry is refused', async () => {
  for (const change of [
    { reference: 'short' },
    { reference: '长'.repeat(9) },
    { courseCode: '' },
    { studentNumber: 'x'.repeat(201) },
  ])
    expect((await record(admin, change)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await record(servicePrincipal('x'), { institutionId: 'inst_unknown' })).userErrors).toEqual([
    { code: 'NOT_FOUND' },
  ]);
});
