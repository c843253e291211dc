import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startOneRoster } from '../support/rest-schools/oneroster-server.js';
import { startOeapiV6, startOoapiV5 } from '../support/rest-schools/ooapi-server.js';
import { OpenApi } from '../support/rest-schools/openapi-check.js';
import type { RestServer } from '../support/rest-schools/rest-server.js';
import { account } from '../support/rest-schools/school-records.js';

/** The published specifications, which do not travel with a clone. */
const data = `${process.env['AMRLO_SHARED_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname}/`;

/** Runs a block where a specification is, and says where it is not. */
function withSpecification(name: string, file: string, block: (file: string) => void): void {
  if (existsSync(data + file)) return describe(name, () => block(data + file));
  process.stderr.write(`skipped: ${name}: ${file} is not here\n`);
  describe.skip(name, () => test('is checked', () => undefined));
}

const servers: Promise<RestServer>[] = [];
afterAll(async () => {
  for (const server of servers) await (await server).stop();
});

/** Reads answers of a local service with a token of its own. */
function client(start: () => Promise<RestServer>, tokenPath: string): (path: string) => Promise<unknown> {
  let opened: Promise<{ url: string; token: string }> | undefined;
  const open = async () => {
    const starting = start();
    servers.push(starting);
    const { url } = await starting;
    const basic = Buffer.from(`${account.clientId}:${account.clientSecret}`).toString('base64');
    const answer = await fetch(url + tokenPath, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return { url, token: ((await answer.json()) as { access_token: string }).access_token };
  };
  return async (path) => {
    const { url, token } = await (opened ??= open());
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json();
  };
}

type Page = { items: Record<string, unknown>[] };

withSpecification(
  'what the school of OOAPI v5 serves keeps the specification',
  'ooapi/v5/spec.yaml',
  (file) => {
    const specification = new OpenApi(file);
    const get = client(() => startOoapiV5('harderwijk-university'), '/ooapi/v5/oauth2/token');

    test.each([
      ['/ooapi/v5/persons', 'paths/PersonCollection.yaml'],
      ['/ooapi/v5/courses', 'paths/CourseCollection.yaml'],
      ['/ooapi/v5/courses?pageNumber=2', 'paths/CourseCollection.yaml'],
      ['/ooapi/v5/programs', 'paths/ProgramCollection.yaml'],
    ])('%s', async (path, operation) => {
      expect((await specification.answer('', 'get', operation))(await get(path))).toBeNull();
    });

    test('the enrolments of every person, and each course and programme by its id', async () => {
      const associations = await specification.answer('', 'get', 'paths/PersonAssociationCollection.yaml');
      const { items } = (await get('/ooapi/v5/persons?pageSize=100')) as Page;
      for (const { personId } of items) {
        const own = (await get(`/ooapi/v5/persons/${String(personId)}/associations?pageSize=100`)) as Page;
        expect(associations(own)).toBeNull();
      }
      // The operation's own file refers to one that was never published; the schema is what it means.
      const course = await specification.schema('', 'schemas/Course.yaml');
      for (const { courseId } of ((await get('/ooapi/v5/courses?pageSize=100')) as Page).items) {
        expect(course(await get(`/ooapi/v5/courses/${String(courseId)}`))).toBeNull();
      }
    });

    test('and the check finds what breaks it', async () => {
      const check = await specification.answer('', 'get', 'paths/PersonCollection.yaml');
      const good = (await get('/ooapi/v5/persons')) as Page;
      expect(check({ ...good, hasNextPage: 'no' })).toContain('/hasNextPage');
      expect(check({ ...good, items: [{ ...good.items[0], mail: 'nobody' }] })).toContain('/items/0/mail');
    });
  },
);

withSpecification(
  'what the school of OEAPI v6 serves keeps the specification',
  'ooapi/v6/oeapi.json',
  (file) => {
    const specification = new OpenApi(file);
    const get = client(() => startOeapiV6('zuiderzee-university'), '/v6/oauth2/token');

    test.each([
      ['/v6/persons', '/persons'],
      ['/v6/courses', '/courses'],
      ['/v6/programmes', '/programmes'],
    ])('%s', async (path, operation) => {
      expect((await specification.answer(operation))(await get(path))).toBeNull();
    });

    test('the enrolments of every person in courses and programmes', async () => {
      const inCourses = await specification.answer('/persons/{personId}/course-offering-associations');
      const inProgrammes = await specification.answer('/persons/{personId}/programme-offering-associations');
      for (const { personId } of ((await get('/v6/persons')) as Page).items) {
        expect(
          inCourses(await get(`/v6/persons/${String(personId)}/course-offering-associations?pageSize=100`)),
        ).toBeNull();
        expect(
          inProgrammes(await get(`/v6/persons/${String(personId)}/programme-offering-associations`)),
        ).toBeNull();
      }
    });

    test('a result as an exemption writes it', async () => {
      const result = await specification.schema('/components/schemas/CourseOfferingAssociationResult');
      const written = {
        state: 'completed',
        pass: 'passed',
        comment: 'Exemption by conversion certificate CC-2026-000017 (study waived)',
        resultDateTime: '2026-01-15T08:00:00.000Z',
        studyLoad: { studyLoadUnit: 'ects', value: 2.5 },
        ext: { conversionCertificate: 'CC-2026-000017', exemption: 'study waived' },
      };
      expect(result(written)).toBeNull();
      expect(result({ ...written, studyLoad: { studyLoadUnit: 'ects' } })).toContain('/studyLoad');
    });
  },
);

const oneRoster = '/ims/oneroster';
withSpecification(
  'what the school of OneRoster 1.2 serves keeps a published implementation of it',
  'oneroster/oneroster-1.2-openapi-trilogy.yaml',
  (file) => {
    const specification = new OpenApi(file);
    const get = client(() => startOneRoster('lakeside-college'), '/oauth2/token');
    const one = '{sourcedId}';

    test.each([
      ['/rostering/v1p2/students/lk-1001', `/rostering/v1p2/students/${one}`],
      ['/rostering/v1p2/classes/k-eng-f23', `/rostering/v1p2/classes/${one}`],
      ['/rostering/v1p2/courses/c-eng101', `/rostering/v1p2/courses/${one}`],
      ['/rostering/v1p2/terms/t-2023-fall', `/rostering/v1p2/terms/${one}`],
      ['/gradebook/v1p2/lineItems/li-mat', `/gradebook/v1p2/lineItems/${one}`],
      ['/gradebook/v1p2/categories/cat-final', `/gradebook/v1p2/categories/${one}`],
      ['/gradebook/v1p2/results', '/gradebook/v1p2/results/'],
      ['/gradebook/v1p2/scoreScales', '/gradebook/v1p2/scoreScales/'],
      ['/rostering/v1p2/courses', '/rostering/v1p2/courses/'],
    ])('%s', async (path, operation) => {
      expect((await specification.answer(oneRoster + operation))(await get(oneRoster + path))).toBeNull();
    });
  },
);
