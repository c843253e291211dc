import pg from 'pg';

/** How much is made. */
export const size = {
  members: 3_000,
  deposits: 1_000_000,
  accounts: 200_000,
  outcomes: 60_000,
  agreements: 6_000,
  /** Open and closed ones. */
  tasks: 100_000,
  activities: 30_000,
  /** For each member, with response times of every class. */
  adapterDays: 7,
};

/** Fills the rooms of an alliance by their owner, in sets; every row of one number is the same in every run. */
export async function seedDashboard(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const statement of statements) {
      // The room's triggers are made for the room's own search path.
      await client.query(`set search_path = ${/^insert into (\w+)\./.exec(statement)?.[1] ?? 'public'}`);
      await client.query(statement);
    }
    // What autovacuum does within a minute; without it the first figures would measure the planner's ignorance.
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

const member = (n: string) => `'inst_bench_' || (${n} % ${size.members})`;

const statements: readonly string[] = [
  `insert into institutions.institution (id, name, kind, province, source, created_at)
   select ${member('n')}, '第' || n || '学院', 'HIGHER_EDUCATION', '省' || n % 31, 'BENCH', now()
   from generate_series(0, ${size.members - 1}) n`,
  `insert into institutions.membership (id, institution_id, member_code, state, state_since, joined_on,
     charter_version, created_at)
   select 'mem_bench_' || n, ${member('n')}, 'B' || n, 'ACTIVE', timestamptz '2017-01-01' + n * interval '1 day',
     date '2017-01-01' + n % 3000, '2016-07-15', now() from generate_series(0, ${size.members - 1}) n`,
  `insert into institutions.school (id, kind, endpoint, enabled, created_at)
   select ${member('n')}, 'SQL', 'http://x', true, now() from generate_series(0, ${size.members - 1}) n`,
  `insert into institutions.adapter_health (institution_id, health, freshness, last_answer_at, sampled_at)
   select ${member('n')}, (array['UP', 'UP', 'DEGRADED', 'DOWN'])[n % 4 + 1], 'LIVE', now(), now() + interval '1 hour'
   from generate_series(0, ${size.members - 1}) n`,
  `insert into institutions.adapter_health_day (institution_id, day, calls, failures, response_times, longest_ms,
     unavailable_seconds)
   select ${member('n')}, (now() at time zone 'Asia/Shanghai')::date - d, 44, n % 3,
     array(select (n + c) % 9 from generate_series(1, 44) c), 900 + n, 0
   from generate_series(0, ${size.members - 1}) n, generate_series(0, ${size.adapterDays - 1}) d`,
  `insert into institutions.member_report (id, institution_id, year, edition, state, state_since, teachers,
     reformed_courses, beneficiaries, provinces, created_at)
   select 'mrep_bench_' || n, ${member('n')}, 2025, 1, 'ACCEPTED', now(), n % 90, n % 20, n, '{}', now()
   from generate_series(0, ${size.members - 1}) n`,
  `insert into institutions.member_activity (id, institution_id, kind, occurred_on, title, source, evidence, recorded_by,
     created_at)
   select 'act_bench_' || n, ${member('n * 7')}, (array['RESOURCE', 'CONVERSION', 'TRADE', 'ALLIANCE_ACTIVITY'])[n % 4 + 1],
     current_date - n % 2000, 'x', 'MANUAL', 'e', 'a', now() from generate_series(1, ${size.activities}) n`,
  `insert into institutions.task (id, room, type, subject_id, version, state, about, since, due_at, waits_for, overdue_for,
     not_for, institution_ids, actions, steps, closed_at)
   select 'task_bench_' || n, 'learners', (array['Deposit', 'Deposit', 'LearningOutcome', 'Agreement'])[n % 4 + 1],
     'x' || n, 1, 'WAITING', 'x', now() - n % 100 * interval '1 day', now() + (n % 60 - 30) * interval '1 day',
     array['REGISTRAR@' || ${member('n')}], '{}', '{}', array[${member('n')}], '[]', '[]',
     case when n % 4 <> 0 then now() - n % 100 * interval '16 hours' end from generate_series(1, ${size.tasks}) n`,
  `insert into learners.learner (id, subject, legal_name, created_at)
   select 'lrn_bench_' || n, 'bench-' || n, '某某', now() from generate_series(1, ${size.accounts}) n`,
  `insert into learners.account (id, learner_id, owner_subject, institution_id, state, state_entered_at, created_at)
   select 'acc_bench_' || n, 'lrn_bench_' || n, 'bench-' || n, ${member('n')},
     case n % 20 when 0 then 'FROZEN' when 1 then 'IDENTITY_PENDING' else 'ACTIVE' end, now(),
     timestamptz '2020-01-01' + n % 2000 * interval '1 day' from generate_series(1, ${size.accounts}) n`,
  `insert into learners.deposit (id, learner_id, owner_subject, issuer_id, student_number, native_key, attempt, title,
     category, credit_amount, credit_scheme, source_freshness, state, state_entered_at, entered_by, reviewed_by,
     reviewed_at, awarded_on, created_at)
   select 'dep_bench_' || n, 'lrn_bench_' || n % ${size.accounts} + 1, 'bench-' || n % ${size.accounts} + 1,
     ${member('n')}, 'S' || n, 'K' || n, '1', '课程',
     (array['ACADEMIC', 'ACADEMIC', 'VOCATIONAL', 'CULTURE_LEISURE'])[n % 4 + 1], 1 + n % 8 * 0.5,
     (array['CN-16', 'CN-16', 'CN-18', 'ECTS'])[n % 4 + 1], 'LIVE',
     case when n % 50 = 0 then 'VALIDATED' else 'BANKED' end, now(), 'a',
     case when n % 50 <> 0 then 'b' end, case when n % 50 <> 0 then now() end,
     date '2003-07-01' + n % 8000, timestamptz '2022-01-01' + n % 1700 * interval '1 day'
   from generate_series(1, ${size.deposits}) n`,
  `insert into outcomes.learning_outcome (id, outcome_code, edition, title, kind, level, issuer_id, state, state_since,
     recognised_from, appeals, proposed_by, created_at)
   select 'out_bench_' || n, 'B' || n, 1, '成果', (array['COURSE', 'CERTIFICATE'])[n % 2 + 1], n % 10 + 1,
     ${member('n')}, case when n % 9 = 0 then 'EXPERT_REVIEW' else 'CERTIFIED' end, now(), '2020-01-01', 0, 'a',
     timestamptz '2021-01-01' + n % 1800 * interval '1 day' from generate_series(1, ${size.outcomes}) n`,
  `insert into agreements.agreement_version (agreement_id, content_version, party_ids, content, content_hash,
     proposed_by_institution_id, proposed_by, created_at)
   select 'agr_bench_' || n, 1, array[${member('n')}, ${member('(n * 7 + 1)')}], '{}',
     'sha256:' || lpad(to_hex(n), 64, '0'), ${member('n')}, 'a', now()
   from generate_series(1, ${size.agreements}) n where n % ${size.members} <> (n * 7 + 1) % ${size.members}`,
  `insert into agreements.agreement (id, agreement_no, content_version, content_hash, content, party_ids, state,
     state_entered_at, respond_by, effective_from, effective_to, created_at)
   select agreement_id, agreement_id, 1, content_hash, '{}', party_ids, 'SIGNED', now(), '2025-01-01', '2025-01-01',
     case when length(agreement_id) % 2 = 0 then date '2026-12-31' end, now() from agreements.agreement_version
   where agreement_id like 'agr_bench_%'`,
];
