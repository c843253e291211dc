import { learnersModule } from '../../subgraphs/learners/learners.module.js';
import { outcomesModule } from '../../subgraphs/outcomes/outcomes.module.js';
import { agreementsModule } from '../../subgraphs/agreements/agreements.module.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { learner, number, result, startLearnersHouse } from '../rooms/learners-house.js';
import { MemberStandings } from '../rooms/member-standings.js';
import { person, startRoomOnPostgres, type RemoteAnswer } from '../rooms/room-on-postgres.js';
import { institutions } from './work-walk-institutions.js';
import type { Walk } from './work-walker.js';

const key = () => newId('Request');
const secretariat = person('sec', 'SECRETARIAT');
const reasoned = { reason: '材料不全' };
/** The room of institutions as the others ask it. */
const activeMembers: RemoteAnswer = (call) => new MemberStandings().answer(call);

const registrar = person('registrar', 'REGISTRAR@inst_0');
const experts = [person('expert-1', 'EXPERT'), person('expert-2', 'EXPERT')];
/** By action: who takes it, and what it brings with it. */
const outcomeSteps: Record<string, (n: number) => { by: Principal; more?: object }> = {
  beginOutcomeCheck: () => ({ by: secretariat }),
  requestOutcomeSupplement: () => ({ by: secretariat, more: reasoned }),
  sendOutcomeSupplement: () => ({ by: registrar, more: { supplement: '补充' } }),
  acceptOutcomeCheck: () => ({ by: secretariat }),
  assignOutcomeExpert: (n) => ({ by: secretariat, more: { expertSubject: `expert-${(n % 2) + 1}` } }),
  certifyOutcome: (n) => ({ by: experts[n % 2]!, more: { recognisedFrom: '2026-01-01' } }),
  rejectOutcome: (n) => ({ by: experts[n % 2]!, more: reasoned }),
  fileOutcomeAppeal: () => ({ by: registrar, more: reasoned }),
  suspendOutcome: () => ({ by: secretariat, more: reasoned }),
  reinstateOutcome: () => ({ by: secretariat, more: reasoned }),
};
const outcomes: Walk = {
  module: outcomesModule,
  start: () => startRoomOnPostgres(outcomesModule, activeMembers),
  make: (n) => [
    {
      by: registrar,
      mutation: 'proposeOutcome',
      input: {
        issuerId: 'inst_0',
        outcomeCode: `LO-${n}`,
        title: '成果',
        kind: 'COURSE',
        idempotencyKey: key(),
      },
    },
  ],
  act(_, action, { id, version }, n) {
    const step = outcomeSteps[action]?.(n);
    if (step === undefined) return undefined;
    return {
      by: step.by,
      mutation: action,
      input: { outcomeId: id, expectedVersion: version, ...step.more },
    };
  },
};

const clerk = person('clerk', 'REGISTRAR@inst_nxu');
const reviewer = person('reviewer', 'INSTITUTION_ADMIN@inst_nxu');
const learners: Walk = {
  module: learnersModule,
  async start() {
    const house = await startLearnersHouse();
    house.school.results = Array.from({ length: 200 }, (_, n) => ({ ...result, nativeKey: `k${n}` }));
    return house;
  },
  make: (n) => [
    {
      by: clerk,
      mutation: 'enterDeposit',
      input: {
        institutionId: 'inst_nxu',
        studentNumber: '2018001',
        nativeKey: `k${n}`,
        idempotencyKey: key(),
      },
    },
    {
      by: learner,
      mutation: 'openAccount',
      input: {
        legalName: '陈思远',
        institutionId: 'inst_nxu',
        identityNumber: number,
        idempotencyKey: key(),
      },
    },
    {
      by: learner,
      mutation: 'linkStudentRecord',
      input: { institutionId: 'inst_nxu', studentNumber: '2018001', idempotencyKey: key() },
    },
  ],
  act(type, action, { id, version }) {
    const deposit = { depositId: id, expectedVersion: version };
    const account = { accountId: id, expectedVersion: version };
    if (type === 'Deposit') {
      if (action === 'revokeDeposit')
        return { by: reviewer, mutation: action, input: { ...deposit, ...reasoned } };
      const decision = action === 'rejectDeposit' ? 'REJECT' : 'APPROVE';
      return { by: reviewer, mutation: 'reviewDeposit', input: { ...deposit, decision, ...reasoned } };
    }
    if (action === 'verifyIdentity') {
      const seen = { decision: 'CONFIRM', legalName: '陈思远', identityNumber: number };
      return { by: clerk, mutation: action, input: { ...account, ...seen } };
    }
    if (action === 'refuseIdentity')
      return {
        by: clerk,
        mutation: 'verifyIdentity',
        input: { ...account, decision: 'REFUSE', ...reasoned },
      };
    if (action === 'provideIdentity') return undefined;
    const own = ['withdrawAccount', 'closeAccount', 'reopenAccount'].includes(action);
    return { by: own ? learner : clerk, mutation: action, input: { ...account, ...reasoned } };
  },
};

const content = {
  title: '学分转换协议',
  effectiveFrom: '2026-02-01',
  effectiveTo: '2027-02-01',
  terms: [{ fromScheme: 'CN-16', toScheme: 'ECTS', numerator: 3, denominator: 2 }],
};
const agreements: Walk = {
  module: agreementsModule,
  start: () => startRoomOnPostgres(agreementsModule, activeMembers),
  make: () => [
    {
      by: person('admin-a', 'INSTITUTION_ADMIN@inst_a'),
      mutation: 'proposeAgreement',
      input: {
        institutionId: 'inst_a',
        partnerIds: ['inst_b'],
        kind: 'CREDIT_CONVERSION',
        content,
        idempotencyKey: key(),
      },
    },
  ],
  act(_, action, row, n) {
    const party = n % 2 === 0 ? 'inst_a' : 'inst_b';
    const step = { agreementId: row.id, institutionId: party, expectedVersion: row.version };
    const more: Record<string, object> = {
      counterAgreement: { content: { ...content, title: `协议 ${n}` } },
      approveAgreement: { contentHash: row.content_hash },
      signAgreement: { contentHash: row.content_hash },
      rejectAgreement: reasoned,
      terminateAgreement: { terminatesOn: '2026-12-01', ...reasoned },
    };
    if (more[action] === undefined) return undefined;
    return {
      by: person(`of ${party}`, `INSTITUTION_ADMIN@${party}`),
      mutation: action,
      input: { ...step, ...more[action] },
    };
  },
};

/** A walk for every room that has something that waits. */
export const walks: readonly Walk[] = [institutions, outcomes, learners, agreements];
