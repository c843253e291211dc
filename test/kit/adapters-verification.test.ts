import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identityNumberHash } from '../../subgraphs/adapters/kit/holder.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import {
  createAdapterClient,
  entitiesOf,
  errorsOf,
  type AdapterClient,
} from '../conformance/adapter-client.js';
import { tableAdapter, tableSystem, type Tables, type TableSystem } from './adapters-table-school.js';

let client: AdapterClient;
beforeAll(async () => {
  client = await createAdapterClient();
});

const salt = 'a-new-salt-for-every-question';
const number = '640104200105120014';
const course = { XH: '1', KCMC: '高等数学', KCDM: 'M2', XF: '5.0', XN: '2024-2025', XQ: '1' };
const tables: Tables = {
  students: [{ XH: '1', XM: '陈思远' }],
  identities: [{ XH: '1', XM: '陈思远', SFZH: number }],
  results: [
    { ...course, XKKH: 'first', CJ: '48', XN: '2023-2024' },
    { ...course, XKKH: 'again', CJ: '86' },
    { XH: '1', XKKH: 'sport', KCDM: 'S1', KCMC: '体育(1)', CJ: '合格' },
  ],
  certificates: [{ XH: '1', ZSID: 'd', LX: '毕业', ZSBH: '10749', ZSMC: '毕业证书', FZRQ: '2024-06-20' }],
  courseCodes: [{ KCDM: 'M2', YKCDM: 'M1' }],
};

const literal = (value: object): string =>
  `{ ${Object.entries(value)
    .filter(([, said]) => said !== undefined)
    .map(([name, said]) => `${name}: ${JSON.stringify(said)}`)
    .join(', ')} }`;

async function ask(
  claim: object,
  options: { system?: TableSystem; name?: string; number?: string; salt?: string } = {},
) {
  const used = options.salt ?? salt;
  const holder = {
    name: options.name ?? '陈思远',
    identityNumberHash: identityNumberHash(options.number ?? number, used),
    salt: used,
  };
  const adapter = tableAdapter(options.system ?? tableSystem(tables), client.verifier, {
    clock: new FakeClock('2026-01-15T08:00:00Z'),
  });
  return client.students(
    adapter,
    ['1'],
    `verification(holder: ${literal(holder)}, claim: ${literal(claim)}) {
       holds outcome differs nativeKey askedAt provenance { asOf freshness evidenceHash } }`,
  );
}
const verify = async (...args: Parameters<typeof ask>) =>
  entitiesOf(await ask(...args))[0]!['verification'] as Record<string, unknown>;

describe('the verification of a record', () => {
  test('confirms what the person holds, with evidence and the time at which the school was asked', async () => {
    expect(await verify({ courseCode: 'M2', nativeGrade: '86', credits: '5', term: '2024-2025-1' })).toEqual({
      holds: true,
      outcome: 'CONFIRMED',
      differs: [],
      nativeKey: '1|again',
      askedAt: '2026-01-15T08:00:00.000Z',
      provenance: {
        asOf: '2026-01-15T08:00:00.000Z',
        freshness: 'LIVE',
        evidenceHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    });
  });

  test.each([
    [{ nativeKey: '1|sport', nativeGrade: '合格' }, 'CONFIRMED', true],
    [{ nativeKey: '1|d', awardedOn: '2024-06-20' }, 'CONFIRMED', true],
    [{ certificateNumber: '10749' }, 'CONFIRMED', true],
    [{ courseCode: 'M1', nativeGrade: '86.0' }, 'CONFIRMED', true],
    [{ courseName: ' 体育（1） ' }, 'CONFIRMED', true],
    [{ courseCode: 'M3' }, 'NOT_FOUND', false],
    [{ nativeKey: '2|again' }, 'NOT_FOUND', false],
    [{ certificateNumber: '10750' }, 'NOT_FOUND', false],
    [{ courseCode: 'M2' }, 'AMBIGUOUS', null],
    [{ courseCode: 'M2', nativeGrade: '90' }, 'AMBIGUOUS', null],
  ])('of %j is %s', async (claim, outcome, holds) => {
    expect(await verify(claim)).toMatchObject({ outcome, holds });
  });

  test.each([
    [{ courseCode: 'M2', term: '2024-2025-1', nativeGrade: '96' }, ['nativeGrade']],
    [{ nativeKey: '1|again', courseCode: 'M3', credits: '4' }, ['courseCode', 'credits']],
    [{ certificateNumber: '10749', awardedOn: '2023-06-20' }, ['awardedOn']],
    [{ nativeKey: '1|sport', awardedOn: '2023-06-20' }, ['awardedOn']],
  ])('of %j tells that %j differ, and never what the record says', async (claim, differs) => {
    const answer = await verify(claim);
    expect(answer).toMatchObject({ outcome: 'DIFFERS', holds: false, differs });
    expect(Object.keys(answer).sort()).toEqual(
      ['holds', 'outcome', 'differs', 'nativeKey', 'askedAt', 'provenance'].sort(),
    );
  });

  test('cannot tell what the record does not say', async () => {
    expect(await verify({ nativeKey: '1|sport', credits: '1' })).toMatchObject({
      outcome: 'CANNOT_TELL',
      holds: null,
      differs: [],
    });
  });

  test('of another person says that and nothing about what is there', async () => {
    for (const other of [{ name: '王建国' }, { number: '640104199901010021' }]) {
      const there = await verify({ courseCode: 'M2' }, other);
      expect(there).toMatchObject({ outcome: 'NOT_THE_HOLDER', holds: false, nativeKey: null });
      expect(there).toEqual(await verify({ courseCode: 'nowhere' }, other));
    }
  });

  test('cannot tell where the school holds no identity number', async () => {
    const { identities: _, ...rest } = tables;
    for (const system of [tableSystem(rest), tableSystem({ ...tables, identities: [] })]) {
      expect(await verify({ courseCode: 'M2' }, { system })).toMatchObject({
        outcome: 'CANNOT_TELL',
        holds: null,
      });
    }
  });

  test('does not say that a record is not there where rows of the student could not be read', async () => {
    const system = tableSystem({ ...tables, results: [...tables.results!, { XH: '1', CJ: '90' }] });
    expect(await verify({ courseCode: 'M3' }, { system })).toMatchObject({
      outcome: 'CANNOT_TELL',
      holds: null,
    });
    const rejecting = tableSystem(tables);
    rejecting.rejected.add('1');
    expect(await verify({ courseCode: 'M3' }, { system: rejecting })).toMatchObject({
      outcome: 'CANNOT_TELL',
    });
    expect(await verify({ nativeKey: '1|again' }, { system: rejecting })).toMatchObject({
      outcome: 'CONFIRMED',
    });
  });

  test('cannot tell where the history of codes is not whole, contradicts itself, or a code could not be read', async () => {
    const incomplete = tableSystem(tables);
    incomplete.incomplete.add('courseCodes');
    const unlinked = tableSystem({ ...tables, courseCodes: [{ KCDM: 'M2' }] });
    const torn = tableSystem({
      ...tables,
      courseCodes: [
        { KCDM: 'M2', YKCDM: 'M3' },
        { KCDM: 'S1', YKCDM: 'M3' },
      ],
    });
    const unread = tableSystem({
      ...tables,
      results: [...tables.results!, { XH: '1', XKKH: 'x', KCDM: 'M\uFFFD', CJ: '70' }],
    });
    for (const system of [incomplete, unlinked, torn, unread]) {
      expect(await verify({ courseCode: 'M3' }, { system })).toMatchObject({
        outcome: 'CANNOT_TELL',
        holds: null,
        nativeKey: null,
      });
      // What is found by something else, or by the very code, does not depend on it.
      expect(await verify({ nativeKey: '1|none' }, { system })).toMatchObject({ outcome: 'NOT_FOUND' });
      expect(await verify({ courseCode: 'S1' }, { system })).toMatchObject({ outcome: 'CONFIRMED' });
    }
    const claim = { nativeKey: '1|again', courseCode: 'M3' };
    expect(await verify(claim, { system: incomplete })).toMatchObject({ outcome: 'CANNOT_TELL' });
    expect(await verify(claim)).toMatchObject({ outcome: 'DIFFERS', differs: ['courseCode'] });
  });

  test('says that a record is not there though a grade of another one could not be read', async () => {
    const system = tableSystem({
      ...tables,
      results: [...tables.results!, { XH: '1', XKKH: 'x', KCDM: 'X1', CJ: '特优' }],
    });
    expect(await verify({ courseCode: 'M3' }, { system })).toMatchObject({ outcome: 'NOT_FOUND' });
  });

  test('is asked of the school every time', async () => {
    const system = tableSystem({ ...tables });
    expect(await verify({ nativeKey: '1|again', nativeGrade: '86' }, { system })).toMatchObject({
      holds: true,
    });
    system.tables.results = [{ ...course, XKKH: 'again', CJ: '87' }];
    expect(await verify({ nativeKey: '1|again', nativeGrade: '86' }, { system })).toMatchObject({
      holds: false,
    });
  });

  test('is refused where the system holds no such records', async () => {
    const { certificates: _, ...rest } = tables;
    const answer = await ask({ certificateNumber: '10749' }, { system: tableSystem(rest) });
    expect(errorsOf(answer)).toEqual([['_entities.0.verification', 'RECORD_NOT_SUPPLIED']]);
  });

  test.each([
    [{}, {}, 'INPUT_INVALID'],
    [{ credits: '3' }, {}, 'INPUT_INVALID'],
    [{ courseCode: ' ' }, {}, 'INPUT_INVALID'],
    [{ courseName: 'x'.repeat(501) }, {}, 'INPUT_INVALID'],
    [{ courseCode: 'M2', credits: 'three' }, {}, 'DECIMAL_INVALID'],
    [{ courseCode: 'M2' }, { salt: 'short' }, 'INPUT_INVALID'],
  ])('refuses the claim %j asked with %j', async (claim, options, code) => {
    const answer = await ask(claim, options);
    expect(errorsOf(answer)).toEqual([['_entities.0.verification', code]]);
  });

  test('confirms nothing but what is there, whatever is claimed', async () => {
    const some = fc.option(
      fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('M1', 'M2', '86', '5', '1|again', '10749')),
      {
        nil: undefined,
      },
    );
    const claims = fc.record(
      { nativeKey: some, courseCode: some, certificateNumber: some, nativeGrade: some, term: some },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (claim) => {
        const answer = await ask(claim);
        const found = entitiesOf(answer)[0]!['verification'] as { holds: boolean; nativeKey: string } | null;
        if (found === null) expect(errorsOf(answer)[0]![1]).toBe('INPUT_INVALID');
        else if (found.holds) {
          expect(['1|first', '1|again', '1|sport', '1|d']).toContain(found.nativeKey);
          if (claim.nativeKey !== undefined) expect(found.nativeKey).toBe(claim.nativeKey.trim());
        }
      }),
      { numRuns: 60 },
    );
  });
});
