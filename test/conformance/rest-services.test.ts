import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../subgraphs/adapters/schools.js';
import {
  createSigner,
  createVerifier,
  type AssertionSigner,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { adapterAudience } from '../../subgraphs/records/contract.js';
import { startJwglxt } from '../support/rest-schools/jwglxt-server.js';
import { startOneRoster } from '../support/rest-schools/oneroster-server.js';
import { startOeapiV6, startOoapiV5, type OeapiV6 } from '../support/rest-schools/ooapi-server.js';
import type { RestServer } from '../support/rest-schools/rest-server.js';
import { account } from '../support/rest-schools/school-records.js';

type Row = Record<string, unknown>;

/** An adapter over a local service, asked with operations of the whole contract. */
function school<S extends RestServer>(name: string, start: (name: string) => Promise<S>, path: string) {
  let signer: AssertionSigner;
  let adapter: Adapter;
  let server: S;
  let state: string;
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'amrlo-rest-'));
    const made = await createSigner(undefined);
    signer = made.signer;
    server = await start(name);
    adapter = openSchool(schoolNamed(name), {
      verifier: await createVerifier([made.publicKeyPem!]),
      address: { url: server.url + path, ...account },
      stateDir: state,
    });
  });
  afterAll(async () => {
    await adapter.stop();
    await server.stop();
    await rm(state, { recursive: true });
  });
  const ask = async (query: string, variables: Row) =>
    adapter.handle({
      query,
      variables,
      assertion: await signer.sign(
        servicePrincipal('records'),
        adapterAudience(adapter.school.institutionId),
      ),
      requestId: 'test',
      locale: 'en',
      deadline: Date.now() + 10_000,
      signal: new AbortController().signal,
    });
  return {
    server: () => server,
    ask,
    async institution(selection: string): Promise<Row> {
      const answer = await ask(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { ${selection} } } }`,
        { r: [{ __typename: 'Institution', id: adapter.school.institutionId }] },
      );
      expect(answer.errors).toBeUndefined();
      return (answer.data!['_entities'] as Row[])[0]!;
    },
    institutionId: () => adapter.school.institutionId,
  };
}

const nodes = (connection: unknown) =>
  (connection as { edges: { node: Row }[] }).edges.map(({ node }) => node);

describe('catalogues over web services', () => {
  const harderwijk = school('harderwijk-university', startOoapiV5, '/ooapi/v5');
  const lakeside = school('lakeside-college', startOneRoster, '');

  test('are read over all pages and are complete, because the service says how much there is', async () => {
    const { schoolCourses } = await harderwijk.institution(
      'schoolCourses(first: 50) { totalCount complete edges { node { code name englishName credits creditScheme hours validTo } } }',
    );
    expect(schoolCourses).toMatchObject({ totalCount: 14, complete: true });
    const byCode = new Map(nodes(schoolCourses).map((node) => [node['code'], node]));
    expect(byCode.get('INFOMQNM')).toMatchObject({ credits: '7.5', creditScheme: 'ECTS', hours: null });
    expect(byCode.get('SPORT1')).toMatchObject({ name: 'Roeien', credits: null, hours: '24' });
    expect(byCode.get('LAW210')).toMatchObject({ credits: null, validTo: '2022-09-01' });
  });

  test('name programmes with their national codes', async () => {
    const { schoolProgrammes } = await harderwijk.institution(
      'schoolProgrammes { complete edges { node { code name nationalCode credits level { code } } } }',
    );
    expect(nodes(schoolProgrammes)).toEqual([
      {
        code: 'BIO',
        name: 'Biologie',
        nationalCode: '56860',
        credits: '180',
        level: { code: 'UNDERGRADUATE' },
      },
      {
        code: 'INFO-M',
        name: 'Informatiekunde',
        nationalCode: '60229',
        credits: '120',
        level: { code: null },
      },
    ]);
  });

  test('say what each school can do', async () => {
    const can = async (one: typeof harderwijk) =>
      ((await one.institution('recordsSystem { capabilities }'))['recordsSystem'] as Row)['capabilities'];
    expect(await can(harderwijk)).toEqual(
      expect.arrayContaining([
        'COURSE_RESULTS',
        'ENROLMENTS',
        'COURSE_CATALOGUE',
        'PROGRAMMES',
        'LIVE',
        'CANCELLATION',
      ]),
    );
    expect(await can(harderwijk)).not.toContain('WRITE_BACK');
    expect(await can(lakeside)).toContain('CHANGES');
  });
});

describe('changes over web services', () => {
  const lakeside = school('lakeside-college', startOneRoster, '');
  const minzu = school('north-minzu-university', startJwglxt, '/jwglxt');
  const changes = async (one: typeof lakeside, since: string | null, first: number) =>
    (
      await one.institution(
        `recordChanges(since: ${JSON.stringify(since)}, first: ${first}) { cursor hasMore findsRemovals changes { studentNumber kind at } }`,
      )
    )['recordChanges'] as { cursor: string; hasMore: boolean; changes: Row[] };

  test('follow the times that a system keeps to the end', async () => {
    const seen: unknown[] = [];
    let cursor: string | null = null;
    for (let round = 0; round < 10; round += 1) {
      const answer = await changes(lakeside, cursor, 2);
      seen.push(...answer.changes.map(({ studentNumber }) => studentNumber));
      cursor = answer.cursor;
      if (!answer.hasMore) break;
    }
    expect(new Set(seen)).toEqual(new Set(['lk-1001', 'lk-1002']));
    expect(await changes(lakeside, cursor, 2)).toMatchObject({ changes: [], hasMore: false });
  });

  test('are found by comparison where a system keeps none, removals too', async () => {
    const first = await changes(minzu, null, 100);
    expect(first.changes.map(({ studentNumber }) => studentNumber).toSorted()).toEqual([
      '20211234001',
      '20211234002',
      '20231234004',
    ]);
    expect(await changes(minzu, first.cursor, 100)).toMatchObject({ changes: [], findsRemovals: true });
  });
});

describe('an exemption written into a school of OEAPI v6', () => {
  const { ask, server, institutionId } = school<OeapiV6>('zuiderzee-university', startOeapiV6, '/v6');
  let keys = 0;
  const write = async (more: Row) => {
    const answer = await ask(
      `mutation ($input: WriteBackExemptionInput!) { writeBackExemption(input: $input) {
        writeBack { state courseCode certificateNumber } userErrors { code message } } }`,
      {
        input: {
          idempotencyKey: `key-${(keys += 1)}-of-this-test`,
          institutionId: institutionId(),
          studentNumber: '4900011',
          courseCode: 'LA100',
          term: '2025-2026-1',
          certificateNumber: 'CC-2026-000017',
          kind: 'BOTH',
          recordedGrade: null,
          credits: '2.50',
          ...more,
        },
      },
    );
    return (answer.data?.['writeBackExemption'] ?? answer.errors) as Row;
  };
  const patches = () => server().asked.filter(({ method }) => method === 'PATCH');

  test('stands in the result of the enrolment, with its certificate and exact credits, once', async () => {
    expect(await write({})).toMatchObject({
      writeBack: { state: 'WRITTEN', courseCode: 'LA100' },
      userErrors: [],
    });
    expect(patches()).toHaveLength(1);
    expect(patches()[0]!.headers['content-type']).toBe('application/merge-patch+json');
    expect(patches()[0]!.body).toContain('"studyLoad":{"studyLoadUnit":"ects","value":2.5');
    const result = server().associations.find(
      ({ result: held }) =>
        (held as { ext?: Row } | undefined)?.ext?.['conversionCertificate'] === 'CC-2026-000017',
    )!['result'] as Row;
    expect(result).toMatchObject({ state: 'completed', pass: 'passed' });
    expect(Object.keys(result)).not.toContain('score');
    expect(await write({})).toMatchObject({
      writeBack: { state: 'ALREADY_WRITTEN' },
    });
    expect(patches()).toHaveLength(1);
  });

  test('never takes the place of another certificate, of a result, or of an enrolment that does not exist', async () => {
    const refused = async (more: Row) =>
      ((await write(more))['userErrors'] as Row[]).map(({ code, message }) => [code, String(message)]);
    expect(await refused({ certificateNumber: 'CC-2026-000018' })).toEqual([
      ['WRITE_BACK_REFUSED', expect.stringContaining('ANOTHER_CERTIFICATE')],
    ]);
    expect(await refused({ courseCode: 'CS101', term: '2023-2024-1' })).toEqual([
      ['WRITE_BACK_REFUSED', expect.stringContaining('ANOTHER_RESULT')],
    ]);
    expect(await refused({ courseCode: 'ET300' })).toEqual([
      ['WRITE_BACK_REFUSED', expect.stringContaining('NO_SUCH_ENROLMENT')],
    ]);
    expect(patches()).toHaveLength(1);
  });
});
