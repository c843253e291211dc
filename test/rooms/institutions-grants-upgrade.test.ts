import { expect, test } from '@jest/globals';
import { roster } from '../../subgraphs/institutions/migrations/0001-roster.js';
import { grants } from '../../subgraphs/institutions/migrations/0008-grants.js';
import { sessionFunctions } from '../../subgraphs/kit/room/database/session.js';
import { createTestDatabase } from '../support/pg-sql.js';

test('grants from before keep what they gave, get a date of review and a history, and can be ended', async () => {
  await using database = await createTestDatabase([
    ...sessionFunctions,
    ...roster.statements,
    `insert into institution (id, name, kind, source, created_at) values ('inst_1', 'A', 'HIGHER_EDUCATION', 't', now())`,
    `insert into role_grant (id, subject, role, institution_id, valid_from, valid_to, given_by, revoked_by, created_at)
     values
       ('grant_old', 'li', 'REGISTRAR', 'inst_1', '2025-02-01T00:00:00Z', null, 'sec', null, '2025-01-01T00:00:00Z'),
       ('grant_clerk', 'wang', 'SERVICE_POINT_CLERK', 'inst_1', '2025-02-01T00:00:00Z', null, 'sec', null,
        '2025-01-01T00:00:00Z'),
       ('grant_over', 'zhao', 'EXPERT', null, '2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z', 'sec', 'sec2',
        '2025-01-01T00:00:00Z')`,
    ...grants.statements,
  ]);
  await database.transact(async (sql) => {
    expect(
      await sql.execute('select id, valid_to, delegable, review_due_at from role_grant order by id limit 1'),
    ).toEqual([
      {
        id: 'grant_clerk',
        valid_to: null,
        delegable: false,
        review_due_at: new Date('2026-02-01T00:00:00Z'),
      },
    ]);
    await sql.execute(
      `update role_grant set valid_to = '2026-03-01T00:00:00Z', revoked_by = 'sec' where id = 'grant_clerk'`,
    );
    expect(
      await sql.execute(`select grant_id || ' ' || kind || ' ' || by as step from grant_step order by step`),
    ).toEqual(
      [
        'grant_clerk ENDED sec',
        'grant_clerk GIVEN sec',
        'grant_old GIVEN sec',
        'grant_over ENDED sec2',
        'grant_over GIVEN sec',
      ].map((step) => ({ step })),
    );
  });
});
