const people = `
  insert into learner (id, subject, legal_name, created_at) values ('lrn_1', 'me', '陈思远', now());
  insert into account (id, learner_id, owner_subject, institution_id, state, state_entered_at, created_at)
    values ('acc_1', 'lrn_1', 'me', 'inst_1', 'ACTIVE', now(), now());
  insert into deposit (id, issuer_id, student_number, native_key, attempt, title, category, credit_amount,
    credit_scheme, source_freshness, state, state_entered_at, entered_by, reviewed_by, created_at)
    values ('dep_1', 'inst_1', '1', 'k', 'FIRST', '程序设计', 'ACADEMIC', 2, 'CN-16', 'LIVE', 'HELD', now(), 'a', 'b',
      now())`;
const link = `insert into student_record_link (id, learner_id, owner_subject, institution_id, student_number, created_at)
  values ('lnk_1', 'lrn_1', 'me', 'inst_1', '1', now())`;
/** Two deposits of two people in the ledger. */
export const balances = `
  insert into deposit_balance (id, learner_id, owner_subject, issuer_id, category, credit_amount, credit_scheme,
    deposit_version, created_at)
    values ('dep_1', 'lrn_1', 'me', 'inst_1', 'ACADEMIC', 2, 'CN-16', 1, now()),
      ('dep_2', 'lrn_2', 'other', 'inst_2', 'ACADEMIC', 2, 'CN-16', 1, now())`;
/** An entry of the first one's owner. */
export const entry = (amount: number) =>
  `insert into consumption_entry (id, deposit_id, application_no, kind, amount, entered_by, created_at)
   values ('e', 'dep_1', 'a', 'RESERVE', ${amount}, 'me', now())`;
const hash = `'sha256:${'0'.repeat(64)}'`;
const parties = `'{inst_1,inst_2}'`;
const agreement = `
  insert into agreement_version (agreement_id, content_version, party_ids, content, content_hash,
    proposed_by_institution_id, proposed_by, created_at)
    values ('agr_1', 1, ${parties}, '{}', ${hash}, 'inst_1', 'x', now());
  insert into agreement (id, agreement_no, content_version, content_hash, content, party_ids, state, state_entered_at,
    respond_by, effective_from, created_at)
    values ('agr_1', '1', 1, ${hash}, '{}', ${parties}, 'PROPOSED', now(), now(), now(), now());
  insert into agreement_approval (id, agreement_id, content_version, content_hash, party_ids, institution_id, kind,
    given_by, given_at)
    values ('apr_1', 'agr_1', 1, ${hash}, ${parties}, 'inst_1', 'APPROVAL', 'x', now()),
      ('apr_2', 'agr_1', 1, ${hash}, ${parties}, 'inst_2', 'APPROVAL', 'x', now())`;
const step = (state: string) => `update agreement set state = '${state}' where id = 'agr_1'`;

const course = `
  insert into course (id, institution_id, code, name, hours, credits, credit_scheme, valid_from, source, created_at)
    values ('crs_1', 'inst_1', 'K1', '程序设计', 32, 2, 'CN-16', now(), 't', now())`;
const offering = `
  insert into course_offering (id, institution_id, course_id, academic_year, term, class_key, hours, credits,
    credit_scheme, created_at) values ('coff_1', 'inst_1', 'crs_1', '2025-2026', 1, 'c', 32, 2, 'CN-16', now())`;
const outcome = `
  insert into learning_outcome (id, outcome_code, edition, title, kind, issuer_id, state, state_since, appeals,
    proposed_by, created_at) values ('out_1', 'A', 1, '成果', 'COURSE', 'inst_1', 'PROPOSED', now(), 0, 'x', now())`;

const members = `
  insert into institution (id, name, kind, source, created_at) values ('inst_1', '学院', 'HIGHER_EDUCATION', 't', now());
  insert into membership (id, institution_id, member_code, state, state_since, joined_on, charter_version, created_at)
    values ('mem_1', 'inst_1', 'M1', 'ACTIVE', now(), now(), '1', now())`;
const exit = `
  insert into membership_exit (id, exit_no, membership_id, institution_id, ground, reason, state, state_since,
    proposed_by, proposed_at)
    values ('exit_1', '1', 'mem_1', 'inst_1', 'VOLUNTARY', 'r', 'PROPOSED', now(), 'me', now())`;
const violation = `
  insert into violation_case (id, case_no, membership_id, institution_id, provision, summary, state, state_since,
    opened_by, opened_at)
    values ('viol_1', '1', 'mem_1', 'inst_1', 'p', 's', 'AWAITING_ANSWER', now(), 'x', now());
  insert into violation_statement (id, case_id, place, institution_id, kind, text, given_by, given_at)
    values ('viol_1-1', 'viol_1', 1, 'inst_1', 'ANSWER', 't', 'me', now())`;
/** A registrar's grant of my own, and a clerk at a service point of the same institution. */
const grants = `
  insert into institution (id, name, kind, source, created_at) values ('inst_1', 'A', 'HIGHER_EDUCATION', 't', now());
  insert into service_point (id, point_code, kind, name, host_institution_id, region_code, address, valid_from, created_at)
  values ('spt_1', 'A-1', 'BRANCH', 'A', 'inst_1', '640104', '1 Sample Road', now(), now());
  insert into role_grant (id, subject, role, institution_id, service_point_id, valid_from, given_by, created_at)
  values ('grant_1', 'me', 'REGISTRAR', 'inst_1', null, now(), 'sec', now()),
    ('grant_2', 'you', 'SERVICE_POINT_CLERK', 'inst_1', 'spt_1', now(), 'sec', now())`;
const delegate = (role: string) => `
  insert into role_grant (id, subject, role, institution_id, delegated_from, purpose, valid_from, given_by, created_at)
  values ('grant_3', 'you', '${role}', 'inst_1', 'grant_1', 'leave', now(), 'me', now())`;

/** A function that acts as the service: what is there before, a statement that runs it, one that it refuses and with which code. */
export interface ServiceFunction {
  readonly room: string;
  readonly name: string;
  readonly before: string;
  readonly works: string;
  readonly refused?: readonly [statement: string, code: string];
}

const school = `
  insert into institution (id, name, kind, source, created_at) values ('inst_1', 'x', 'HIGHER_EDUCATION', 't', now());
  insert into school (id, kind, endpoint, enabled, created_at) values ('inst_1', 'SQL', 'http://x', true, now())`;

/** Every function that acts as the service and that one statement runs. */
export const serviceFunctions: readonly ServiceFunction[] = [
  {
    room: 'institutions',
    name: 'guard_membership',
    before: `${members}; ${exit}`,
    works: `update membership set state = 'EXIT_PROPOSED', state_before_exit = 'ACTIVE'`,
    refused: [`update membership set state = 'RUN_OFF', exit_ground = 'VOLUNTARY'`, '23514'],
  },
  {
    room: 'institutions',
    name: 'guard_violation_case',
    before: `${members}; ${violation}`,
    works: `update violation_case set state = 'ANSWERED'`,
    refused: [`update violation_case set state = 'EXIT_PROPOSED'`, '23514'],
  },
  {
    room: 'institutions',
    name: 'guard_grant',
    before: grants,
    works: delegate('REGISTRAR'),
    refused: [delegate('TEACHER'), '23514'],
  },
  {
    room: 'institutions',
    name: 'follow_grant',
    before: `${grants}; ${delegate('REGISTRAR')}`,
    works: `update role_grant set valid_to = valid_from, revoked_by = 'me' where id = 'grant_1'`,
  },
  {
    room: 'institutions',
    name: 'follow_service_point',
    before: grants,
    works: `update service_point set valid_to = now(), closed_by = 'me', close_reason = 'moved'`,
  },
  {
    room: 'institutions',
    name: 'grants_below',
    before: `${grants}; ${delegate('REGISTRAR')}`,
    works: `select * from grants_below('grant_1')`,
  },
  ...['task_figures', 'task_pace'].map((name) => ({
    room: 'institutions',
    name,
    before: school,
    works: `select * from ${name}('["inst_1"]', now())`,
    refused: [`select * from ${name}('{}', now())`, '22023'] as const,
  })),
  { room: 'institutions', name: 'is_under_vote', before: '', works: `select is_under_vote('mot_1')` },
  {
    room: 'institutions',
    name: 'motion_tallies',
    before: '',
    works: `select * from motion_tallies('["mot_1"]')`,
    refused: [`select * from motion_tallies('{}')`, '22023'],
  },
  {
    room: 'institutions',
    name: 'leave_membership_case',
    before: '',
    works: `select leave_membership_case('mcase_1')`,
  },
  {
    room: 'institutions',
    name: 'release_case_reviews',
    before: '',
    works: `select * from release_case_reviews('mcase_1', now())`,
  },
  { room: 'institutions', name: 'connected_schools', before: school, works: 'select connected_schools()' },
  { room: 'learners', name: 'keep_attended', before: people, works: link },
  {
    room: 'learners',
    name: 'owner_of_student_record',
    before: people,
    works: `select * from owner_of_student_record('inst_1', '1')`,
    refused: [`select * from owner_of_student_record('inst_1', 'taken')`, '55P03'],
  },
  {
    room: 'learners',
    name: 'release_deposits',
    before: `${people}; ${link}`,
    works: `select * from release_deposits('nobody', now()); select * from release_deposits('lrn_1', now())`,
    refused: [
      `update student_record_link set student_number = 'taken'; select * from release_deposits('lrn_1', now())`,
      '55P03',
    ],
  },
  {
    room: 'learners',
    name: 'deposit_figures',
    before: `${people}; ${link}; select * from release_deposits('lrn_1', now())`,
    works: `select * from deposit_figures('["inst_1"]')`,
    refused: [`select * from deposit_figures('{}')`, '22023'],
  },
  { room: 'learners', name: 'keep_deposit_tally', before: '', works: people },
  { room: 'learners', name: 'keep_account_tally', before: '', works: people },
  { room: 'outcomes', name: 'keep_learning_outcome_tally', before: '', works: outcome },
  // Only services write courses and classes; a statement that finds no row of theirs runs the function as well.
  { room: 'outcomes', name: 'keep_course_tally', before: course, works: `update course set name = 'x'` },
  {
    room: 'outcomes',
    name: 'keep_course_offering_tally',
    before: `${course}; ${offering}`,
    works: `update course_offering set unit = 'x'`,
  },
  {
    room: 'agreements',
    name: 'consumption_totals',
    before: `${balances}; ${entry(1)}`,
    works: `select * from consumption_totals('["inst_1"]')`,
    refused: [`select * from consumption_totals('{}')`, '22023'],
  },
  {
    room: 'agreements',
    name: 'apply_consumption',
    before: balances,
    works: entry(1),
    refused: [entry(3), '23514'],
  },
  {
    room: 'agreements',
    name: 'consumption_figures',
    before: balances,
    works: `select * from consumption_figures('["inst_1"]')`,
    refused: [`select * from consumption_figures('{}')`, '22023'],
  },
  {
    room: 'agreements',
    name: 'guard_agreement',
    before: agreement,
    works: step('APPROVED'),
    refused: [step('SIGNED'), '23514'],
  },
];

/** Triggers of long stories, which the rooms' own tests run; that they give the kind back is read from their text. */
export const readByText = [
  'guard_ballot',
  'guard_charter_in_force',
  'guard_decided_by_motion',
  'guard_electorate',
  'guard_meeting',
  'guard_meeting_record',
];
