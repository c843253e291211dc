import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { insertMembersWithHistory, memberCount } from './institutions-roster-members.js';
import { startInstitutions } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions();
  await insertMembersWithHistory(room.sql);
}, 60_000);
afterAll(async () => room[Symbol.asyncDispose]());

/** The part of pg's connection through which every statement goes: `parse` with parameters, `query` without. */
const wire = (
  pg as unknown as {
    Connection: {
      prototype: { parse(message: { text: string }): void; query(text: string): void };
    };
  }
).Connection.prototype;

/** Every statement that the room sends for a query, those left out that open and end its transaction. */
async function asked(query: string): Promise<{ statements: string[]; members: Members }> {
  const parse = jest.spyOn(wire, 'parse');
  const simple = jest.spyOn(wire, 'query');
  try {
    const { data, errors } = await room.ask(anonymous, query);
    expect(errors).toBeUndefined();
    const sent = [...parse.mock.calls.map(([{ text }]) => text), ...simple.mock.calls.map(([text]) => text)];
    const statements = sent.filter((text) => !/^(begin|rollback|select set_config)/.test(text));
    return { statements, members: data.members };
  } finally {
    parse.mockRestore();
    simple.mockRestore();
  }
}

interface Members {
  readonly edges: readonly { readonly node: { readonly institutionId: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly totalCount: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Total Cost': number;
  readonly Plans?: readonly PlanNode[];
}

/** What a statement is estimated to cost, the index that its order comes from, and every way to a row. */
async function planOf(statement: string) {
  const { rows } = await room.sql.query(`explain (format json) ${statement}`);
  const top = rows[0]['QUERY PLAN'][0].Plan as PlanNode;
  const scans = (node: PlanNode): string[] => [
    ...(node['Node Type'].includes('Scan')
      ? [`${node['Node Type']} ${node['Index Name'] ?? ''}`.trim()]
      : []),
    ...(node.Plans ?? []).flatMap(scans),
  ];
  const [driving, ...looked] = scans(top);
  return { cost: top['Total Cost'], driving, looked: looked.toSorted() };
}

const dates = ['', 'asOf: "2016-01-01", ', 'asOf: "2023-06-01", '];

test.each([
  ['MEMBER_CODE_ASC', 'Index Scan membership_period_code'],
  ['NAME_ASC', 'Index Scan institution_name_name'],
  ['JOINED_ON_ASC', 'Index Scan membership_period_joined'],
])(
  'the roster of any date in the order %s is one statement over the same indexes',
  async (orderBy, index) => {
    const plans = [];
    for (const asOf of dates) {
      const { statements, members } = await asked(
        `{ members(${asOf}orderBy: ${orderBy}) { edges { node { name memberCode state joinedOn } } } }`,
      );
      expect(members.edges).toHaveLength(20);
      expect(statements).toHaveLength(1);
      plans.push(await planOf(statements[0]!));
    }
    const [now, ...past] = plans;
    expect(now!.driving).toBe(index);
    for (const plan of past) {
      expect(plan).toMatchObject({ driving: index, looked: now!.looked });
      expect(plan.cost).toBeLessThan(now!.cost * 4);
    }
  },
);

test('the institutions of a page, and its total, are one statement more each, on any date', async () => {
  for (const asOf of dates) {
    const { statements, members } = await asked(
      `{ members(${asOf}first: 100) { totalCount edges { node { institution { id } } } } }`,
    );
    expect(statements).toHaveLength(3);
    expect(members.totalCount > 0 && members.totalCount <= memberCount).toBe(true);
  }
});

test('the roster of an earlier date is read to its end by pages, every member once', async () => {
  const seen: string[] = [];
  let total = 0;
  for (let after: string | null = null, more = true; more;) {
    const { members }: { members: Members } = await asked(
      `{ members(asOf: "2016-01-01", first: 100, orderBy: JOINED_ON_ASC, after: ${JSON.stringify(after)}) {
         totalCount edges { node { institutionId } } pageInfo { hasNextPage endCursor } } }`,
    );
    seen.push(...members.edges.map(({ node }) => node.institutionId));
    total = members.totalCount;
    more = members.pageInfo.hasNextPage;
    after = members.pageInfo.endCursor;
  }
  expect(seen).toHaveLength(total);
  expect(new Set(seen).size).toBe(total);
}, 30_000);
