import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { followList } from '../../subgraphs/alliance/commands/follow-list.js';
import type { Ask } from '../../subgraphs/alliance/commands/import-kind.js';
import {
  comparisonLines,
  decisionsText,
  parseDecisions,
  type ComparedList,
} from '../../subgraphs/alliance/commands/roster-comparison.js';

const facts = (name: string, city = '银川市') => ({ name, city });
const none = { before: null, after: null, successor: null, membership: null };
const renamed = { ...none, moeCode: '4164000001', before: facts('甲学院'), after: facts('甲大学') };
const merged = {
  ...none,
  moeCode: '4164013325',
  before: facts('宁夏大学新华学院'),
  successor: { moeCode: '4164010749', name: '宁夏大学', reason: 'PARENT_NAME' },
  membership: { memberCode: 'NXH', state: 'ACTIVE' },
};
const compared: ComparedList = {
  id: 'rcmp_1',
  version: 1,
  state: 'COMPARED',
  asOf: '2026-06-20',
  previousAsOf: '2025-06-20',
  counts: {
    added: 0,
    returned: 0,
    renamed: 1_200,
    moved: 0,
    gone: 0,
    mergeCandidates: 1,
    unchanged: 2_900,
    membersConcerned: 1,
  },
  first: { added: [], returned: [], renamed: [renamed], moved: [], gone: [], mergeCandidates: [merged] },
  members: [merged],
};

const page = (...changes: object[]) => ({
  edges: changes.map((node) => ({ node })),
  pageInfo: { hasNextPage: false, endCursor: null },
});
/** An alliance that has compared a list. */
function alliance(state = 'COMPARED') {
  const applied: unknown[] = [];
  const { first, members, ...rest } = compared;
  const lists = Object.fromEntries(Object.entries(first).map(([kind, changes]) => [kind, page(...changes)]));
  const ask: Ask = async <T>(query: string, variables: Record<string, unknown> = {}) => {
    if (query.includes('applyRosterComparison')) applied.push(variables['input']);
    if (query.includes('GoneInstitutions')) return { rosterComparison: { changes: page(merged) } } as T;
    return { rosterImport: { comparison: { ...rest, ...lists, members: page(...members), state } } } as T;
  };
  return { ask, applied };
}

describe('a newer list at the terminal', () => {
  let folder: string;
  let said: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amrlo-list-'));
    said = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  test('is told in plain words: how much of each kind, the first of them, the members that it concerns', () => {
    expect(comparisonLines(compared)).toEqual([
      'list of 2026-06-20, compared with that of 2025-06-20',
      'renamed: 1,200',
      '  4164000001 甲学院 (银川市) -> 甲大学 (银川市)',
      '  …',
      'gone, perhaps merged: 1',
      '  4164013325 宁夏大学新华学院 (银川市) -> 宁夏大学 4164010749? PARENT_NAME',
      'members concerned, whose memberships stay as they are: 1',
      '  NXH ACTIVE 4164013325 宁夏大学新华学院 (银川市) -> 宁夏大学 4164010749? PARENT_NAME',
    ]);
  });

  test('is applied only when that is asked for, with the decisions that a person has looked through', async () => {
    const { ask, applied } = alliance();
    const proposals = 'decisions.csv';
    await followList(ask, 'job_1', { folder, proposals });
    expect(applied).toEqual([]);
    expect(said).toContain('Nothing was applied; --proposals FILE');
    expect(await readFile(join(folder, proposals), 'utf8')).toBe('4164013325,MERGED_INTO,4164010749\n');
    await expect(followList(ask, 'job_1', { folder, proposals })).rejects.toThrow(
      /cannot be written: EEXIST/,
    );
    await followList(ask, 'job_1', { folder, apply: true, decisions: proposals });
    expect(applied).toEqual([
      {
        comparisonId: 'rcmp_1',
        expectedVersion: 1,
        confirmations: [{ moeCode: '4164013325', decision: 'MERGED_INTO', successorMoeCode: '4164010749' }],
        idempotencyKey: 'apply-rcmp_1-1',
      },
    ]);
    await expect(followList(ask, 'job_1', { folder, apply: true, decisions: 'none.csv' })).rejects.toThrow(
      /cannot be read: ENOENT/,
    );
  });

  test('is not applied twice', async () => {
    const { ask, applied } = alliance('APPLIED');
    await followList(ask, 'job_1', { folder, apply: true });
    expect(applied).toEqual([]);
    expect(said).toContain('This comparison is applied; --again');
  });
});

describe('the decisions of a person', () => {
  test('read back as they were written', () => {
    const code = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map(String);
    const decision = fc.oneof(
      fc.record({ moeCode: code, decision: fc.constantFrom('GONE', 'KEEP') }),
      fc.record({ moeCode: code, decision: fc.constant('MERGED_INTO'), successorMoeCode: code }),
    );
    fc.assert(
      fc.property(fc.array(decision), (decisions) => {
        expect(parseDecisions(decisionsText(decisions))).toEqual(decisions);
      }),
    );
  });

  test.each(['4164013325', '4164013325,MERGED,', '123,GONE,', '4164013325,GONE,1'])(
    'are refused with the line that is none: %s',
    (wrong) => {
      expect(() => parseDecisions(`4164010749,GONE,\n${wrong}\n`)).toThrow(
        /^Line 2 of the decisions should be/,
      );
    },
  );
});
