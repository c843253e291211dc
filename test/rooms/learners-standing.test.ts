import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  admin,
  enterDeposit,
  learner,
  openAccount,
  registrar,
  result,
  startLearnersHouse,
  type LearnersHouse,
} from './learners-house.js';

const school = 'inst_nxu';

let house: LearnersHouse;
beforeAll(async () => {
  house = await startLearnersHouse();
});
afterAll(async () => house?.[Symbol.asyncDispose]());
afterEach(() => {
  house.members.set(school, 'ACTIVE');
  house.members.isDown = false;
});

const enter = (nativeKey: string) => {
  house.school.results = [{ ...result, nativeKey }];
  return house.ask(registrar, enterDeposit, house.deposited(nativeKey));
};
const owed = (by = servicePrincipal('institutions')) =>
  house.ask(by, `{ depositObligations(institutionId: "${school}") { deposits } }`);

test.each(['SUSPENDED', 'RUN_OFF', 'EXITED', 'MERGED'])(
  'a member that is %s enters no deposit',
  async (state) => {
    house.members.set(school, state);
    house.school.sent.length = 0;
    const [error] = (await enter(`2018001|${state}`)).data.enterDeposit.userErrors;
    expect(error.code).toBe('MEMBER_NOT_IN_STANDING');
    expect(error.message).toContain(state);
    expect(house.school.sent).toEqual([]);
  },
);

test('an institution that never was a member enters no deposit either', async () => {
  house.members.set(school, null);
  expect((await enter('2018001|N')).data.enterDeposit.userErrors[0].code).toBe('INSTITUTION_NOT_MEMBER');
});

test('while nobody can say who is a member, nothing new is entered, and a repetition gets its answer', async () => {
  house.school.results = [{ ...result, nativeKey: '2018001|D' }];
  const variables = house.deposited('2018001|D');
  const first = await house.ask(registrar, enterDeposit, variables);
  house.members.isDown = true;
  expect((await house.ask(registrar, enterDeposit, variables)).data).toEqual(first.data);
  expect((await enter('2018001|E')).errors?.[0]?.extensions?.['code']).toBe('UPSTREAM_UNAVAILABLE');
});

test('in run-off a member reviews what it entered before, and then owes nothing', async () => {
  const underway = await house.enter('2018001|R');
  const before = (await owed()).data.depositObligations.deposits;
  house.members.set(school, 'RUN_OFF');
  expect((await house.approve(underway)).data.reviewDeposit.userErrors).toEqual([]);
  expect((await owed()).data.depositObligations.deposits).toBe(before - 1);
  expect((await owed(admin)).data.depositObligations).toBeNull();
});

test('what a member banked stays with its learners when the member has left', async () => {
  const opened = await house.ask(learner, openAccount, house.opening());
  await house.verify(opened.data.openAccount.account);
  await house.link('2018009');
  const deposit = await house.enter('2018009|K1', '2018009');
  expect((await house.approve(deposit)).data.reviewDeposit.deposit.state).toBe('BANKED');
  house.members.set(school, 'EXITED');
  const mine = await house.ask(learner, '{ me { deposits { edges { node { id state } } } } }');
  expect(mine.data.me.deposits.edges).toContainEqual({ node: { id: deposit.id, state: 'BANKED' } });
});
