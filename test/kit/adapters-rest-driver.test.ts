import { afterEach, describe, expect, test } from '@jest/globals';
import { createRestDriver, restDriverSchema } from '../../subgraphs/adapters/drivers/rest/rest-driver.js';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { FakeClock, systemClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { context, open, references, sources, stopOpened } from '../support/rest-schools/rest-driver.js';
import type { Asked, Reply } from '../support/rest-schools/rest-server.js';

afterEach(stopOpened);

/** A school with three students and two courses. */
function school({ path }: Asked): Reply {
  if (path === '/api/courses') {
    return { text: '{"items":[{"id":"c1","title":"Statistics"},{"id":"c2","title":"Law"}]}', headers: json };
  }
  const [, number, results] = /^\/api\/students\/([1-8])(\/results)?$/.exec(path) ?? [];
  if (number === undefined) return { status: 404, json: { title: 'not found' } };
  if (results === undefined) return { json: { id: number, name: `Student ${number}`, password: 'never' } };
  return {
    text: `{"items":[{"id":"${number}-1","credits":3.50,"courseId":"c1"},{"id":"${number}-2","credits":5,"courseId":"gone"}]}`,
    headers: json,
  };
}
const json = { 'content-type': 'application/json' };

describe('the REST driver', () => {
  test('asks once for each student and gives the columns that are kept, the number asked for, and exact numbers', async () => {
    const { driver, server, questions } = await open(school);
    const rows = await driver.read('students', ['1', '2', '1'], context());
    expect(rows).toEqual([
      { studentNumber: '1', id: '1', name: 'Student 1' },
      { studentNumber: '2', id: '2', name: 'Student 2' },
    ]);
    expect(questions).toEqual(['students:1', 'students:1']);
    expect(await driver.read('results', ['3'], context())).toEqual([
      { studentNumber: '3', id: '3-1', credits: '3.50', 'course.title': 'Statistics' },
      { studentNumber: '3', id: '3-2', credits: '5' },
    ]);
    expect(server.asked.filter(({ path }) => path === '/api/courses')).toHaveLength(1);
  });

  test('says that a student is not complete when something that a row refers to is gone', async () => {
    const { driver, server } = await open(school);
    const one = context();
    await driver.read('results', ['1'], one);
    const before = server.asked.length;
    expect(await driver.hasRejectedRows!('1', one)).toBe(true);
    // The results were read for this question already; only the student's own row was not.
    expect(server.asked.length).toBe(before + 1);
  });

  test('does not know a student who is not found, and says so of nothing else', async () => {
    const { driver } = await open(school);
    expect(await driver.read('students', ['9'], context())).toEqual([]);
    await expect(driver.read('results', ['9'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });

  test('takes a page of a proxy for a failure, not for an unknown student', async () => {
    for (const status of [404, 200, 502]) {
      const { driver } = await open(() => ({ status, text: '<html>Not found</html>' }));
      await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
        code: 'SCHOOL_UNAVAILABLE',
      });
    }
  });

  test('refuses what it does not understand without repeating it', async () => {
    for (const text of ['', '{"a":', '[1,2', '"text"', '[[1]]'.repeat(3)]) {
      const { driver } = await open(() => ({ text, headers: json }));
      const error = await driver.list('courses', context()).catch((one: Error) => one);
      expect(error).toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
      expect(JSON.stringify(error)).not.toContain('text');
    }
  });

  test('reads a list whole and reports what the service does not supply', async () => {
    const { driver } = await open(school);
    expect(await driver.list('courses', context())).toEqual({
      rows: [
        { id: 'c1', title: 'Statistics' },
        { id: 'c2', title: 'Law' },
      ],
      complete: true,
    });
    expect(await driver.supplies('programmes', context())).toBe(false);
    await expect(driver.list('programmes', context())).rejects.toMatchObject({ code: 'RECORD_NOT_SUPPLIED' });
    await expect(driver.read('certificates', ['1'], context())).rejects.toMatchObject({
      code: 'RECORD_NOT_SUPPLIED',
    });
  });

  test('asks no more at once than the school file allows', async () => {
    const { driver, server } = await open(school, { concurrency: 2 });
    await driver.read('students', ['1', '2', '3', '4', '5', '6', '7', '8'], context());
    expect(server.busiest()).toBeLessThanOrEqual(2);
  });

  test('refuses a longer answer and a longer list than it may have', async () => {
    const big = await open(() => ({ json: { id: '1', name: 'x'.repeat(5_000) } }), {
      maxResponseBytes: 1_000,
    });
    await expect(big.driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    const many = await open(school, { maxRows: 1 });
    await expect(many.driver.list('courses', context())).rejects.toMatchObject({
      code: 'SOURCE_TOO_LARGE',
      parameters: { what: 'courses', max: 1 },
    });
  });
});

describe('a reading that ends early', () => {
  test('closes the connection to the school when the reader leaves', async () => {
    const { driver, server } = await open(() => 'HANG');
    const reader = new AbortController();
    const reading = driver.read('students', ['1'], context({ signal: reader.signal }));
    await eventually(() => server.asked.length === 1);
    reader.abort();
    await expect(reading).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await eventually(() => server.left() === 1);
  });

  test('asks nothing for a reader who has left', async () => {
    const { driver, server } = await open(school);
    await expect(
      driver.read('students', ['1'], context({ signal: AbortSignal.abort() })),
    ).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(server.asked).toHaveLength(0);
  });

  test('ends when its time is up, whichever of the two limits is shorter', async () => {
    for (const [readTimeoutMs, timeoutMs] of [
      [700, 9_000],
      [9_000, 700],
    ]) {
      const clock = new FakeClock();
      const { driver, server } = await open(() => 'HANG', { readTimeoutMs }, clock);
      const reading = driver.read('students', ['1'], context({ timeoutMs: timeoutMs! }));
      await eventually(() => server.asked.length === 1);
      clock.advance(700);
      await expect(reading).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
      await eventually(() => server.left() === 1);
    }
  });

  test('calls the other students off when one of them fails', async () => {
    const { driver, server } = await open(({ path }) =>
      path.endsWith('/1') ? { status: 500, json: {} } : 'HANG',
    );
    await expect(driver.read('students', ['2', '1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    await eventually(() => server.left() === server.asked.length - 1);
  });
});

describe('answers of 200', () => {
  test('are failures where they do not say that they succeeded', async () => {
    const { driver } = await open(() => ({ json: { code: '-1', id: '1' } }), { successWhen: { code: '0' } });
    await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });

  test('about somebody else are not taken for the student who was asked for', async () => {
    const { driver } = await open(() => ({ json: [{ id: '1' }, { id: '2' }] }), {
      sources: {
        students: {
          path: 'students',
          query: { number: '{studentNumber}' },
          where: { id: '{studentNumber}' },
          columns: ['id'],
        },
      },
    });
    expect(await driver.read('students', ['2'], context())).toEqual([{ studentNumber: '2', id: '2' }]);
    expect(await driver.read('students', ['3'], context())).toEqual([]);
  });
});

test('a number that no question can hold is nobody’s and is not asked', async () => {
  const { driver, server } = await open(school, {
    sources: { students: { path: 'x', query: { filter: "id='{studentNumber}'" }, columns: ['id'] } },
  });
  expect(await driver.read('students', ["1' OR id<>'"], context())).toEqual([]);
  expect(server.asked).toHaveLength(0);
});

describe('a service that cannot be opened', () => {
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication: { kind: 'none' },
    sources,
    references,
  });
  const withUrl = (url: string | undefined, options = {}) =>
    createRestDriver(
      { ...declared, ...options },
      { institution: 'Somewhere University', address: { url }, clock: systemClock },
    );

  test('has no address, or one without TLS', async () => {
    expect(() => withUrl(undefined)).toThrow('AMRLO_SCHOOL_URL');
    expect(() => withUrl('http://school.example/api')).toThrow('https:');
    expect(() => withUrl('https://user:secret@school.example/')).toThrow('no user');
    for (const url of ['https://school.example/api', 'http://127.0.0.1:1/', 'http://localhost/']) {
      await withUrl(url).stop();
    }
    await withUrl('http://10.0.0.7/', { allowPlainHttp: true }).stop();
  });

  test('declares sources that lead in a circle or nowhere, or looks up what is not declared', () => {
    const check = (more: object) =>
      restDriverSchema.safeParse({ kind: 'rest', authentication: { kind: 'none' }, ...more });
    const row = { path: 'x', columns: ['a'] };
    expect(check({ sources: { students: { ...row, of: 'students' } } }).error?.message).toContain(
      'leads back to itself',
    );
    expect(check({ sources: { results: { ...row, of: 'students' } } }).error?.message).toContain(
      'not declared',
    );
    expect(
      check({ sources: { students: { ...row, lookups: [{ in: 'nowhere', by: 'a', as: 'b' }] } } }).error
        ?.message,
    ).toContain('names no reference');
    expect(check({ sources: { students: { ...row, form: { a: '1' } } } }).error?.message).toContain('POST');
  });
});

test('a mistake in a school file is reported with the line on which it stands', () => {
  const file = [
    'institution: { id: inst_somewhere, name: Somewhere }',
    'driver:',
    '  kind: rest',
    '  authentication: { kind: token }',
    '  sources:',
    '    students:',
    '      path: students',
    '      form: { a: b }',
    '      columns: [id]',
    'mapping: {}',
  ].join('\n');
  expect(() => parseSchoolFile('school.yaml', file)).toThrow(
    'school.yaml:8: driver.sources.students.form: is sent with method POST only',
  );
  expect(() => parseSchoolFile('school.yaml', file.replace('kind: token', 'kind: tokens'))).toThrow(
    'school.yaml:4:',
  );
});
