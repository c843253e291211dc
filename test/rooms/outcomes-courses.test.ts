import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { startOutcomes, type OutcomesRoom, type Tree } from './outcomes-room.js';
import { person } from './room-on-postgres.js';

const registrar = person('registrar', `REGISTRAR@${newId('Institution')}`);
const secretariat = person('secretariat', 'SECRETARIAT');

const header = 'yxmc,kcmc,kcbm,xqxs,xqxf,nj,xn,xq,yqdrs';
const line = (code: string, name: string, hours: string, credits: string, number = '001', term = '1') =>
  `信息学院,${name},${number}-(2018-2019-${term})${code}(教学班),${hours},${credits},2016,2018-2019,${term},30`;
const file = (...lines: string[]) => [header, ...lines, ''].join('\n');

let outcomes: OutcomesRoom;
beforeAll(async () => {
  outcomes = await startOutcomes();
});
afterAll(() => outcomes.stop());

const sjtu = (institutionId: string) => ({ institutionId, format: 'SJTU_CSV' });
describe('the courses', () => {
  const listed = newId('Institution');
  beforeAll(async () => {
    const names = ['高等数学', '线性代数', '100%数学', '大学英语', '数学_建模'];
    const lines = names.map((name, index) => line(`MA${100 + index}`, name, '86', '5'));
    await outcomes.importCatalog(secretariat, file(...lines), { ...sjtu(listed), creditScheme: 'CN-17' });
  });

  test('show credits beside their scheme and hours per credit as an exact fraction, to anybody', async () => {
    const { data } = await outcomes.ask(
      anonymous,
      `query ($id: ID!) { courses(filter: { institutionId: $id, code: "MA100" }) { edges { node {
         name hours credits { amount scheme } hoursPerCredit { numerator denominator } institution { id } validFrom } } } }`,
      { id: listed },
    );
    expect(data.courses.edges).toEqual([
      {
        node: {
          name: '高等数学',
          hours: '86',
          credits: { amount: '5', scheme: 'CN-17' },
          hoursPerCredit: { numerator: '86', denominator: '5' },
          institution: { id: listed },
          validFrom: '2018-09-01',
        },
      },
    ]);
  });

  test.each([
    ['数学', ['MA100', 'MA102', 'MA104']],
    ['%', ['MA102']],
    ['_', ['MA104']],
    ['\\', []],
  ])('are found by a part of the name: %s', async (text, codes) => {
    const { data } = await outcomes.ask(
      anonymous,
      `query ($filter: CourseFilter) { courses(filter: $filter) { edges { node { code } } } }`,
      { filter: { institutionId: listed, text } },
    );
    expect(data.courses.edges.map((edge: Tree) => edge.node.code)).toEqual(codes);
  });

  test('are read page by page without loss or repetition', async () => {
    const codes: string[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await outcomes.ask(
        anonymous,
        `query ($id: ID!, $after: String) { courses(filter: { institutionId: $id }, first: 2, after: $after) {
           edges { node { code } } pageInfo { hasNextPage endCursor } } }`,
        { id: listed, after },
      );
      codes.push(...data.courses.edges.map((edge: Tree) => edge.node.code));
      if (!data.courses.pageInfo.hasNextPage) break;
      after = data.courses.pageInfo.endCursor;
    }
    expect(codes).toEqual(['MA100', 'MA101', 'MA102', 'MA103', 'MA104']);
  });

  test('hang on their institution and on deposits that name issuer and code; unknown inputs give null', async () => {
    const { data, errors } = await outcomes.ask(
      registrar,
      `query ($r: [_Any!]!) { _entities(representations: $r) {
         ... on Institution { courseCount courses(first: 1) { totalCount edges { node { code } } } }
         ... on Deposit { course { code name } outcome { id } } ... on Course { code } } }`,
      {
        r: [
          { __typename: 'Institution', id: listed },
          { __typename: 'Institution', id: newId('Institution') },
          { __typename: 'Deposit', id: 'dep_1', issuerId: listed, courseCode: 'MA103' },
          { __typename: 'Deposit', id: 'dep_2', issuerId: listed, courseCode: null },
          { __typename: 'Deposit', id: 'dep_3' },
          { __typename: 'Deposit', id: 'dep_4', issuerId: listed, courseCode: 'NONE1' },
          { __typename: 'Course', id: 'crs_nothing' },
        ],
      },
    );
    expect(errors).toEqual([]);
    const nothing = { course: null, outcome: null };
    expect(data._entities).toEqual([
      { courseCount: 5, courses: { totalCount: 5, edges: [{ node: { code: 'MA100' } }] } },
      { courseCount: 0, courses: { totalCount: 0, edges: [] } },
      { course: { code: 'MA103', name: '大学英语' }, outcome: null },
      nothing,
      nothing,
      nothing,
      null,
    ]);
  });
});
