import { describe, expect, test } from '@jest/globals';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import {
  expert,
  otherSchool,
  outcomes,
  propose,
  registrar,
  school,
  send,
  stranger,
  toReview,
  walk,
} from './outcomes-cases.js';

describe('a proposal', () => {
  const input = (extra: object) => ({
    issuerId: school,
    outcomeCode: 'CODE-1',
    title: '成果',
    kind: 'CERTIFICATE',
    idempotencyKey: newId('Request'),
    ...extra,
  });

  test('is for the officials of the issuer, and names a course of the issuer', async () => {
    expect((await send(stranger, 'proposeOutcome', input({}))).userErrors).toMatchObject([
      { code: 'ACTION_FORBIDDEN' },
    ]);
    const foreign = await send(registrar, 'proposeOutcome', input({ courseId: newId('Course') }));
    expect(foreign.userErrors).toEqual([{ code: 'NOT_FOUND', path: ['input', 'courseId'] }]);
  });

  test('makes one outcome however often it is sent', async () => {
    const same = input({ outcomeCode: 'CODE-2' });
    const first = await send(registrar, 'proposeOutcome', same);
    expect(await send(registrar, 'proposeOutcome', same)).toEqual(first);
    expect((await send(registrar, 'proposeOutcome', { ...same, title: '另一个' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
  });

  test('of a code under way or of another issuer is refused; of a decided one it is a new edition', async () => {
    const first = (await send(registrar, 'proposeOutcome', input({ outcomeCode: 'CODE-3' }))).outcome;
    const taken = [{ code: 'OUTCOME_CODE_TAKEN', path: ['input', 'outcomeCode'] }];
    expect((await send(registrar, 'proposeOutcome', input({ outcomeCode: 'CODE-3' }))).userErrors).toEqual(
      taken,
    );
    const foreign = input({ outcomeCode: 'CODE-3', issuerId: otherSchool });
    expect((await send(stranger, 'proposeOutcome', foreign)).userErrors).toEqual(taken);
    await walk(first, ...toReview, [expert, 'certifyOutcome', { recognisedFrom: '2020-01-01' }]);
    expect((await send(registrar, 'proposeOutcome', input({ outcomeCode: 'CODE-3' }))).outcome).toMatchObject(
      { edition: 2 },
    );
  });

  test('for a course shows with the course, on its institution and on the deposits of the course', async () => {
    const header = 'yxmc,kcmc,kcbm,xqxs,xqxf,nj,xn,xq,yqdrs';
    const row = '信息学院,数据结构,001-(2018-2019-1)CS101(教学班),64,4,2016,2018-2019,1,30';
    await outcomes.importCatalog(registrar, `${header}\n${row}\n`, {
      institutionId: school,
      format: 'SJTU_CSV',
    });
    const { data: found } = await outcomes.ask(
      registrar,
      `query ($id: ID!) { courses(filter: { institutionId: $id }) { edges { node { id } } } }`,
      { id: school },
    );
    const courseId = found.courses.edges[0].node.id;
    const proposed = await propose(registrar, { courseId });
    expect(proposed.course).toEqual({ code: 'CS101' });
    const look = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Deposit { outcome { id } } ... on Institution { outcomes(first: 100) { edges { node { id } } } } } }`;
    const variables = {
      r: [
        { __typename: 'Deposit', id: 'dep_1', issuerId: school, courseCode: 'CS101' },
        { __typename: 'Institution', id: school },
      ],
    };
    const before = (await outcomes.ask(anonymous, look, variables)).data._entities;
    expect(before[0]).toEqual({ outcome: null });
    await walk(proposed, ...toReview, [expert, 'certifyOutcome', { recognisedFrom: '2020-01-01' }]);
    const after = (await outcomes.ask(anonymous, look, variables)).data._entities;
    expect(after[0]).toEqual({ outcome: { id: proposed.id } });
    expect(after[1].outcomes.edges).toContainEqual({ node: { id: proposed.id } });
  });

  test('is made by members in standing only, and its certification goes on when its issuer leaves', async () => {
    const { members } = outcomes;
    const underway = await propose();
    const codes = { SUSPENDED: 'MEMBER_NOT_IN_STANDING', RUN_OFF: 'MEMBER_NOT_IN_STANDING' };
    for (const [state, code] of Object.entries(codes)) {
      members.set(school, state);
      const refused = await send(registrar, 'proposeOutcome', input({ outcomeCode: 'CODE-9' }));
      expect(refused.userErrors).toEqual([{ code, path: ['input', 'issuerId'] }]);
    }
    await walk(underway, ...toReview, [expert, 'certifyOutcome', { recognisedFrom: '2020-01-01' }]);
    members.set(school, 'ACTIVE');
  });
});
