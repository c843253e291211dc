import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  closeMotion,
  home,
  startSecretariat,
  step,
  upload,
} from './institutions-secretariat.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

/** Who comes past the room, on a connection of the application's role. */
const callers = {
  anonymous: { kind: 'ANONYMOUS', subject: '', grants: '' },
  learner: { kind: 'PERSON', subject: 'learner', grants: '' },
  member: { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` },
  stranger: { kind: 'PERSON', subject: 'adm-away', grants: `INSTITUTION_ADMIN@${away}` },
  councillor: { kind: 'PERSON', subject: 'council', grants: 'COUNCIL_MEMBER@' },
  supervisor: { kind: 'PERSON', subject: 'super', grants: 'SUPERVISOR@' },
  secretariat: { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' },
} as const;
type Caller = keyof typeof callers;

const overseers: readonly Caller[] = ['councillor', 'supervisor', 'secretariat'];
const withMember: readonly Caller[] = ['member', ...overseers];

/** Of one row that the member `home` owns, or that is not public yet: who sees it, and whose update reaches it. */
const walls: Record<string, { readonly seenBy: readonly Caller[]; readonly changedBy: readonly Caller[] }> = {
  activity_request: { seenBy: withMember, changedBy: ['member', 'councillor', 'secretariat'] },
  research_project: { seenBy: withMember, changedBy: ['member', 'councillor', 'secretariat'] },
  research_output: { seenBy: withMember, changedBy: [] },
  service_request: { seenBy: withMember, changedBy: ['member', 'secretariat'] },
  service_comment: { seenBy: withMember, changedBy: [] },
  secretariat_document: { seenBy: ['secretariat'], changedBy: ['secretariat'] },
  document_version: { seenBy: ['secretariat'], changedBy: [] },
  contribution_scheme: { seenBy: ['member', 'stranger', ...overseers], changedBy: [] },
  contribution_entry: { seenBy: withMember, changedBy: [] },
  contribution_score: { seenBy: overseers, changedBy: ['secretariat'] },
  fee_schedule: { seenBy: overseers, changedBy: ['councillor', 'secretariat'] },
  invoice: { seenBy: withMember, changedBy: ['secretariat'] },
  invoice_entry: { seenBy: withMember, changedBy: ['secretariat'] },
  fund_entry: { seenBy: overseers, changedBy: ['secretariat'] },
};

let room: RoomOnPostgres;
/** A connection of the application's role. */
let client: Awaited<ReturnType<RoomOnPostgres['connectAsApp']>>;
/** The row of each table. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  room = await startSecretariat();
  client = await room.connectAsApp();
  const one = async (table: string) => {
    const { rows } = await room.sql.query(`select id from ${table} order by created_at desc limit 1`);
    ids[table] = rows[0].id;
  };
  const key = () => ({ idempotencyKey: idempotencyKey() });
  const made = async (by: typeof admin, mutation: string, field: string, input: object) => {
    const answer = await step(room, by, mutation, { ...input, ...key() }, `${field} { id }`);
    expect(answer.userErrors).toEqual([]);
    return answer[field].id as string;
  };
  const dates = { startsOn: '2026-03-01', endsOn: '2026-03-03', partnerIds: [], otherPartners: [] };
  const content = { title: 't', purpose: 'p', budget: '0', uploadIds: [], ...dates };
  ids['activity_request'] = await made(admin, 'createActivityRequest', 'activityRequest', {
    institutionId: home,
    content,
  });
  ids['research_project'] = await made(admin, 'proposeResearchProject', 'researchProject', {
    institutionId: home,
    title: 't',
    topic: 't',
    summary: 's',
    funding: '0',
    ...dates,
  });
  ids['research_output'] = 'output';
  await room.sql.query(
    `insert into research_output (id, project_id, title, added_by, created_at) values ('output', $1, 't', 'adm', now())`,
    [ids['research_project']],
  );
  const asked = { institutionId: home, category: 'FAULT', title: 't', question: 'q' };
  ids['service_request'] = await made(admin, 'requestService', 'serviceRequest', asked);
  await made(admin, 'commentServiceRequest', 'serviceRequest', {
    serviceRequestId: ids['service_request'],
    expectedVersion: 1,
    text: 't',
  });
  await one('service_comment');
  ids['secretariat_document'] = await made(secretariat, 'createSecretariatDocument', 'secretariatDocument', {
    kind: 'PLAN',
    title: 't',
    audience: 'PUBLIC',
    uploadId: await upload(room, secretariat, 'x'),
  });
  await one('document_version');
  const weights = [{ component: 'OTHER', weight: '1' }];
  const effectiveFrom = '2025-01-01';
  ids['contribution_scheme'] = await made(secretariat, 'publishContributionScheme', 'contributionScheme', {
    effectiveFrom,
    weights,
  });
  const recorded = { institutionId: home, period: 2025, component: 'OTHER', quantity: '1', evidence: 'e' };
  ids['contribution_entry'] = await made(secretariat, 'recordContribution', 'contributionEntry', {
    ...recorded,
    uploadIds: [],
  });
  ids['contribution_score'] = 'score';
  await room.sql.query(
    `insert into contribution_score (id, institution_id, period, scheme_id, components, points, computed_at)
     values ('score', $1, 2025, $2, '[]', 1, now())`,
    [home, ids['contribution_scheme']],
  );
  const amounts = [{ memberKind: 'HIGHER_EDUCATION', amount: '10' }];
  const schedule = { title: 't', amounts, effectiveFrom: '2026-02-01' };
  const adopted = await made(secretariat, 'proposeFeeSchedule', 'feeSchedule', schedule);
  expect(await closeMotion(room, 'ADOPT_FEE_SCHEDULE', adopted, true)).toBe('');
  ids['fee_schedule'] = await made(secretariat, 'proposeFeeSchedule', 'feeSchedule', schedule);
  await step(room, secretariat, 'issueInvoices', { year: 2027 }, 'invoiceIssue { issued }');
  const { rows } = await room.sql.query('select id from invoice where institution_id = $1', [home]);
  ids['invoice'] = rows[0].id;
  const paid = { invoiceId: ids['invoice'], amount: '1', occurredOn: '2026-01-10', reference: 'r' };
  ids['invoice_entry'] = await made(secretariat, 'recordPayment', 'invoiceEntry', paid);
  ids['fund_entry'] = await made(secretariat, 'recordFundEntry', 'fundEntry', {
    kind: 'INCOME',
    purpose: 'GIFTS',
    amount: '1',
    occurredOn: '2026-01-10',
    description: 'd',
  });
});
afterAll(async () => room?.[Symbol.asyncDispose]());

/** How many rows a statement about the row of a table reaches as somebody; -1 when a guard refuses it. Nothing stays of it. */
async function reaches(caller: Caller, statement: string, table: string): Promise<number> {
  const { kind, subject, grants } = callers[caller];
  await client.query('begin');
  try {
    await client.query(
      `select set_config('app.kind', $1, true), set_config('app.subject', $2, true), set_config('app.grants', $3, true)`,
      [kind, subject, grants],
    );
    return (await client.query(statement, [ids[table]])).rowCount ?? 0;
  } catch (error) {
    // The application may not update at all what only grows.
    return (error as Error).message.startsWith('permission denied for table') ? 0 : -1;
  } finally {
    await client.query('rollback');
  }
}

const callersOf = async (test: (caller: Caller) => Promise<boolean>): Promise<Caller[]> => {
  const found: Caller[] = [];
  for (const caller of Object.keys(callers) as Caller[]) if (await test(caller)) found.push(caller);
  return found;
};

describe.each(Object.keys(walls))('past the room, a row of %s', (table) => {
  const wall = walls[table]!;

  it('is seen by those whom it is for', async () => {
    const read = `select 1 from ${table} where id = $1`;
    expect(await callersOf(async (caller) => (await reaches(caller, read, table)) === 1)).toEqual(
      wall.seenBy,
    );
  });

  it('is reached by the updates of those who act on it, and deleted by nobody', async () => {
    const update = `update ${table} set id = id where id = $1`;
    // What is refused was reached: it came through the wall, and a guard behind it looked at the change.
    expect(await callersOf(async (caller) => (await reaches(caller, update, table)) !== 0)).toEqual(
      wall.changedBy,
    );
    const remove = `delete from ${table} where id = $1`;
    expect(await callersOf(async (caller) => (await reaches(caller, remove, table)) === 1)).toEqual([]);
  });
});

it.each([
  ['activity_request', 'created_by', 'member'],
  ['service_request', 'asked_by', 'member'],
  ['research_output', 'added_by', 'member'],
  ['contribution_entry', 'recorded_by', 'secretariat'],
  ['fee_schedule', 'proposed_by', 'secretariat'],
] as const)('past the room, nobody makes a row of %s in another’s name', async (table, signature, caller) => {
  const copySignedBy = (subject: string) => {
    const copy = `to_jsonb(original) || jsonb_build_object('id', 'copy', '${signature}', '${subject}')`;
    return `insert into ${table} select (jsonb_populate_record(null::${table}, ${copy})).*
      from ${table} original where id = $1`;
  };
  expect(await reaches(caller, copySignedBy('somebody'), table)).toBe(-1);
  expect(await reaches(caller, copySignedBy(callers[caller].subject), table)).toBe(1);
});

it('every table of the two wings has a wall that binds its owner, too', async () => {
  const { rows } = await room.sql.query(
    `select relname from pg_class where relname = any ($1) and not (relrowsecurity and relforcerowsecurity)`,
    [[...Object.keys(walls), 'document_approval', 'fund_balance']],
  );
  expect(rows).toEqual([]);
});
