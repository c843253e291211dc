import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import type { AnswerError } from '../support/asker.js';
import { listen, until } from '../support/live-stream.js';

const university = institutionIdOfSchool('ningxia-university');
const roster = await readFile(new URL('../../subgraphs/alliance/demo/roster.json', import.meta.url), 'utf8');
const catalog = await readFile(new URL('../../subgraphs/alliance/demo/catalog.csv', import.meta.url), 'utf8');

let house: TestAlliance;
beforeAll(async () => {
  house = await startTestAlliance();
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

async function post(
  body: string,
  language?: string,
): Promise<{ status: number; errors: AnswerError[]; data?: unknown }> {
  const response = await fetch(`${house.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(language ? { 'accept-language': language } : {}) },
    body,
  });
  return { status: response.status, ...((await response.json()) as { errors: AnswerError[] }) };
}

const asQuery = (query: string, variables?: unknown) => JSON.stringify({ query, variables });
const deep = `{ institutions { ${'edges { node { courses { edges { node { institution { '.repeat(3)} id ${' } } } } } }'.repeat(3)} } }`;
const aliases = `{ ${Array.from({ length: 40 }, (_, at) => `a${at}: creditSchemes { code }`).join(' ')} }`;

describe('a bad request', () => {
  it.each([
    ['JSON that is broken off', '{"query": "{ me', 'REQUEST_MALFORMED'],
    ['a query that is broken off', asQuery('{ institutions {'), 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', asQuery('{ institutions { nix } }'), 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an argument of a wrong type',
      asQuery('{ institutions(first: "many") { totalCount } }'),
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a variable of a wrong type',
      asQuery('query ($n: Int) { institutions(first: $n) { totalCount } }', { n: 'many' }),
      'BAD_USER_INPUT',
    ],
    ['an operation that is too deep', asQuery(deep), 'OPERATION_TOO_LARGE'],
    ['too many aliases', asQuery(aliases), 'OPERATION_TOO_LARGE'],
    ['a page of 101', asQuery('{ institutions(first: 101) { totalCount } }'), 'PAGE_SIZE_INVALID'],
    ['a forged cursor', asQuery('{ institutions(after: "forged") { edges { cursor } } }'), 'CURSOR_INVALID'],
  ])(
    'with %s gets its code, and a message in Chinese unless English is asked for',
    async (_what, body, code) => {
      const chinese = await post(body);
      const english = await post(body, 'en');
      expect(chinese.errors[0]!.extensions.code).toBe(code);
      expect(english.errors[0]!.extensions.code).toBe(code);
      expect(chinese.errors[0]!.message).toMatch(/\p{Script=Han}/u);
      expect(english.errors[0]!.message).not.toMatch(/\p{Script=Han}/u);
      expect(Object.values(chinese.data ?? {})).not.toContainEqual(expect.anything());
    },
  );
});

describe('an idempotency key', () => {
  it('is answered as the first time for the same input, and refused for another one', async () => {
    const give = (role: string) =>
      house
        .as('secretariat')
        .mutate(
          'giveGrant',
          'GiveGrantInput',
          { subject: 'twice', role, idempotencyKey: 'bad-input-grant' },
          'grant { id role }',
        );
    const first = await give('EXPERT');
    expect(await give('EXPERT')).toEqual(first);
    expect(await give('SUPERVISOR')).toMatchObject({
      grant: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    const grants = await house.sql<{ role: string }>(
      `select role from institutions.role_grant where subject = 'twice'`,
    );
    expect(grants).toEqual([{ role: 'EXPERT' }]);
  });
});

/** Uploads a file as the secretariat and starts its import; gives the import's end. */
async function importFile(kind: 'roster' | 'catalog', bytes: Uint8Array, key: string, format?: string) {
  const upper = kind === 'roster' ? 'Roster' : 'Catalog';
  const secretariat = house.as('secretariat').with({ 'accept-language': 'en' });
  const created = await secretariat.mutate(
    `create${upper}Upload`,
    `Create${upper}UploadInput`,
    { fileName: `${key}.txt`, idempotencyKey: `upload-${key}` },
    'upload { uploadId url }',
  );
  const sent = await fetch(new URL(created.upload.url, house.url), {
    method: 'PUT',
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  expect(sent.ok).toBe(true);
  const input = {
    uploadId: created.upload.uploadId,
    idempotencyKey: `import-${key}`,
    ...(kind === 'catalog' ? { institutionId: university, format } : {}),
  };
  const started = await secretariat.mutate(
    `import${upper}`,
    `Import${upper}Input`,
    input,
    `${kind}Import { id }`,
  );
  expect(started.userErrors).toEqual([]);
  const { id } = started[`${kind}Import`];
  const shown = `job { state errorCode errorMessage } rejectedCount rejected { row code message }`;
  await using stream = await listen(
    house.url,
    secretariat.headers,
    `subscription ($id: ID!) { ${kind}Import(id: $id) { ${shown} } }`,
    { id },
  );
  // Not asked again: the live query itself must wake when the job ends.
  const last = await until(stream, ({ data }) => /SUCCEEDED|FAILED/.test(data?.[`${kind}Import`]?.job.state));
  return last.data[`${kind}Import`];
}

const counts = () =>
  house.sql(`select (select count(*) from institutions.institution) as institutions, (select count(*) from outcomes.course) as courses,
                    (select count(*) from outcomes.course_offering) as offerings`);

describe('a bad file', () => {
  const text = (content: string) => new TextEncoder().encode(content);
  // "宁夏" in GB 18030, which is no UTF-8.
  const otherEncoding = Uint8Array.of(0x5b, 0x22, 0xc4, 0xfe, 0xcf, 0xc4, 0x22, 0x5d);

  it.each([
    ['a roster that is no JSON', 'roster', text('[{"A": '), 'FILE_NOT_JSON', undefined],
    ['a roster that is another JSON', 'roster', text('{"schools": []}'), 'FILE_NOT_A_LIST', undefined],
    ['a roster in another encoding', 'roster', otherEncoding, 'FILE_WRONG_ENCODING', undefined],
    ['a catalog with other columns', 'catalog', text('a,b\n1,2\n'), 'FILE_COLUMNS_MISSING', 'SJTU_CSV'],
    [
      'a catalog with a quote that is never closed',
      'catalog',
      text(`${catalog}"open`),
      'FILE_NOT_CSV',
      'SJTU_CSV',
    ],
    ['a catalog that is no JSON', 'catalog', text(catalog), 'FILE_NOT_JSON', 'SUSTECH_JSON'],
    ['a catalog in another encoding', 'catalog', otherEncoding, 'FILE_WRONG_ENCODING', 'SJTU_CSV'],
  ] as const)(
    'that is %s is refused whole, with its code and what is wrong',
    async (what, kind, bytes, code, format) => {
      const before = await counts();
      const ended = await importFile(kind, bytes, what.replaceAll(' ', '-').slice(0, 40), format);
      expect(ended.job).toMatchObject({ state: 'FAILED', errorCode: code, errorMessage: expect.any(String) });
      expect(ended.job.errorMessage.length).toBeGreaterThan(10);
      expect(await counts()).toEqual(before);
    },
  );

  it('with a row twice is taken without the second, which is named', async () => {
    const before = await counts();
    const rows = JSON.parse(roster) as Record<string, unknown>[];
    const at = rows.findIndex((row) => row['B'] === '北京大学');
    const twice = [...rows.slice(0, at + 1), rows[at], ...rows.slice(at + 1)];
    const ended = await importFile('roster', text(JSON.stringify(twice)), 'twice');
    expect(ended.job.state).toBe('SUCCEEDED');
    expect(ended.rejected).toContainEqual(expect.objectContaining({ row: at + 2, code: 'ROW_DUPLICATE' }));
    expect(await counts()).toEqual(before);
  });
});

describe('a live query', () => {
  it('sends a deposit again when it is reviewed', async () => {
    const { depositsToReview } = await house
      .as('admin')
      .must('{ depositsToReview(first: 1) { edges { node { id version } } } }');
    const { id, version } = depositsToReview.edges[0].node;
    await using stream = await listen(
      house.url,
      house.as('registrar').headers,
      'subscription ($id: ID!) { deposit(id: $id) { state } }',
      { id },
    );
    await until(stream, ({ data }) => data?.deposit.state === 'VALIDATED');
    const input = { depositId: id, expectedVersion: version, decision: 'APPROVE' };
    expect((await house.as('admin').mutate('reviewDeposit', 'ReviewDepositInput', input)).userErrors).toEqual(
      [],
    );
    await until(stream, ({ data }) => data?.deposit.state === 'BANKED');
  });
});
