import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway, type Gateway } from '../../../gateway/start-gateway.js';
import { systemClock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import { createLink } from '../../../subgraphs/kit/base/link/link.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';
import { FakeSchool } from '../../rooms/fake-school.js';
import { names } from '../../rooms/records-fixture.js';
import { ask } from '../../gateway/two-subgraphs.js';
import { composedWithOffice, office } from './office-subgraph.js';
import { FakeTrail } from '../../rooms/fake-trail.js';

const schools = ['inst_a', 'inst_b'];

let a: FakeSchool;
let b: FakeSchool;
let gateway: Gateway;
const opened: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  [a, b] = schools.map((id) => new FakeSchool(id, names())) as [FakeSchool, FakeSchool];
  const { signer, publicKeyPem } = await createSigner(undefined, systemClock);
  const router = createRecordsRouter({
    directory: {
      schools: async () =>
        schools.map((institutionId) => ({
          institutionId,
          name: institutionId,
          kind: 'SQL',
          endpoint: 'local:x',
          enabled: true,
        })),
    },
    links: { linkedTo: async () => [] },
    trail: new FakeTrail(),
    connect: ({ institutionId }) => (institutionId === 'inst_a' ? a : b).handle,
    verifier: await createVerifier([publicKeyPem!], systemClock),
    signer,
    ttlMs: 0,
  });
  const log = pino({ level: 'silent' });
  const asService = await signer.sign(servicePrincipal('test'), 'records');
  const link = createLink({
    subgraphs: {
      office: { transport: office(schools) },
      records: { transport: (request) => router.handle({ ...request, assertion: asService }) },
    },
    signer,
    log,
  });
  const supergraph = composedWithOffice();
  gateway = await startGateway({ supergraph, link, port: 0, production: false, log, security: 'off' });
  opened.push(
    () => router.stop(),
    () => link.close(),
    () => gateway.stop(),
  );
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const archive = /* GraphQL */ `
  query ($numbers: [String!]!, $word: String!, $age: Int, $deep: Boolean!) {
    list: records(numbers: $numbers) {
      ...Record
      hello: greeting(word: $word)
      bye: greeting(word: "bye")
      both
    }
  }
  fragment Record on StudentRecord {
    at: institutionId
    name: studentNumber
    results(maxAge: $age) @include(if: $deep) {
      shelf
      courseName: nativeKey
      provenance {
        freshness
      }
    }
  }
`;

describe('records through the gateway', () => {
  test('give what @requires needs, under the client’s own names, aliases and conditions', async () => {
    const { body } = await ask(gateway.url, {
      query: archive,
      variables: { numbers: ['2', '1'], word: 'hello', age: 5, deep: true },
    });
    expect(body.errors).toBeUndefined();
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
    const item = (at: string, number: string) => ({
      at,
      name: number,
      hello: `hello ${names().get(number)}`,
      bye: `bye ${names().get(number)}`,
      both: `${names().get(number)} null`,
      results: ['a', 'b'].map((key) => ({
        shelf: `shelf of course ${key}`,
        courseName: `${number}|${key}`,
        provenance: { freshness: 'LIVE' },
      })),
    });
    expect(body.data).toEqual({
      list: [item('inst_a', '2'), item('inst_b', '2'), item('inst_a', '1'), item('inst_b', '1')],
    });
    const shallow = await ask(gateway.url, {
      query: archive,
      variables: { numbers: ['1'], word: 'x', deep: false },
    });
    expect(shallow.body).toEqual({
      data: {
        list: schools.map((at) => {
          const { results: _, ...rest } = item(at, '1');
          return { ...rest, hello: `x ${names().get('1')}` };
        }),
      },
    });
  });

  test('of a dead school are missing with their exact paths, and nothing is computed from them', async () => {
    b.respond = () => Promise.reject(new Error('down'));
    const { body } = await ask(gateway.url, {
      query: archive,
      variables: { numbers: ['1'], word: 'hello', deep: true },
    });
    expect(body.data).toMatchObject({
      list: [
        { hello: 'hello 张*' },
        { at: 'inst_b', name: '1', hello: null, bye: null, both: null, results: null },
      ],
    });
    const paths = body.errors!.map(({ path }) => path!.join('.'));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(path).toMatch(/^list\.1(\.|$)/);
    for (const { extensions } of body.errors!)
      expect(['SCHOOL_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']).toContain(extensions['code']);
  });

  test('of institutions come with their system, their catalogue and a student, from one school each', async () => {
    const { body } = await ask(gateway.url, {
      query: `query ($first: Int = 1) {
        places {
          id
          recordsSystem { health }
          top: schoolCourses(first: $first) { edges { node { code } } }
          all: schoolCourses { totalCount }
          student(number: "2") { name greeting(word: "hi") }
        }
      }`,
    });
    expect(body).toEqual({
      data: {
        places: schools.map((id) => ({
          id,
          recordsSystem: { health: 'UP' },
          top: { edges: [{ node: { code: 'C1' } }] },
          all: { totalCount: 2 },
          student: { name: '李*', greeting: 'hi 李*' },
        })),
      },
    });
    // The gateway merges what starts together; results, the student and the catalogue are one question to each school.
    expect([a.requests.length, b.requests.length]).toEqual([1, 1]);
  });
});
