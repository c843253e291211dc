import { describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import {
  answerOf,
  declaredAtSchool,
  driverOver,
  learner,
  reader,
  virta,
  xml,
} from '../support/soap-driver-over.js';
import { envelope, startVirtaService } from '../support/virta-service.js';

describe('the SOAP driver', () => {
  test('asks once for all sources that one operation of the service gives, for one reader', async () => {
    await using service = await startVirtaService();
    await using driver = driverOver(service);
    const one = reader();
    const [students, results] = await Promise.all([
      driver.read('students', [learner('11'), learner('22')], one),
      driver.read('results', [learner('22')], one),
    ]);
    expect(students.map((row) => row['name'])).toEqual(['Aino Maria Koskinen', 'Oskari Nieminen']);
    expect(results.every((row) => row['course'] !== undefined)).toBe(true);
    expect(service.questions).toHaveLength(1);
    await driver.read('students', [learner('11')], reader());
    expect(service.questions).toHaveLength(2);
  });

  test('keeps nothing of a person but the columns that are declared', async () => {
    await using service = await startVirtaService();
    await using driver = driverOver(service);
    const [row] = await driver.read('students', [learner('11')], reader());
    expect(row).toEqual({
      number: learner('11'),
      name: 'Aino Maria Koskinen',
      enrolledOn: '2020-08-01',
      'right.type': '1',
      'right.state': '3',
      'right.programme': '671101',
      'degree.date': '2023-12-19',
    });
    expect(JSON.stringify(await driver.read('results', [learner('11')], reader()))).not.toContain('150301');
  });

  test('asks for as many students at a time as the service takes, and for none that cannot be one of its own', async () => {
    await using service = await startVirtaService();
    const { operations } = declaredAtSchool;
    await using driver = driverOver(service, {
      operations: { everything: { ...operations['everything'], keys: 2 } },
    });
    const rows = await driver.read(
      'students',
      [learner('11'), '20230001', learner('22'), '<x/>', learner('33'), `${learner('11')}\n`],
      reader(),
    );
    expect(rows.map((row) => row['number'])).toEqual([learner('11'), learner('22'), learner('33')]);
    expect(service.questions.map((question) => question.match(/Lista>1\.2/g)?.length)).toEqual([2, 1]);
    expect(await driver.read('students', ['nobody'], reader())).toEqual([]);
    expect(service.questions).toHaveLength(2);
  });

  test('reads a list whole, and says whether it is', async () => {
    let total = '2';
    await using service = await startVirtaService((_, response) => {
      const body = envelope(
        `<List xmlns="urn:s" total="${total}"><Course code="A"/><Course code="B"/></List>`,
      );
      response.writeHead(200, { 'content-type': xml }).end(body);
    });
    const lists = {
      namespaces: { s: 'urn:s' },
      unprefixed: 's',
      operations: { courses: { request: { 's:Courses': {} }, response: 'List' } },
      sources: {
        courses: { operation: 'courses', rows: 'Course', columns: { code: '@code' }, total: '@total' },
      },
    };
    await using driver = driverOver(service, lists);
    expect(await driver.list('courses', reader())).toEqual({
      rows: [{ code: 'A' }, { code: 'B' }],
      complete: true,
    });
    total = '3';
    expect((await driver.list('courses', reader())).complete).toBe(false);
    total = 'many';
    expect((await driver.list('courses', reader())).complete).toBe(false);
    await using small = driverOver(service, { ...lists, maxRows: 1 });
    await expect(small.list('courses', reader())).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    expect(await driver.supplies('programmes', reader())).toBe(false);
    await expect(driver.list('programmes', reader())).rejects.toMatchObject({ code: 'RECORD_NOT_SUPPLIED' });
  });

  test('tells an empty list from an answer that holds no list', async () => {
    let body = answerOf(virta(''));
    await using service = await startVirtaService(
      (_, response) => void response.writeHead(200, { 'content-type': xml }).end(body),
    );
    await using driver = driverOver(service);
    expect(await driver.read('results', [learner('11')], reader())).toEqual([]);
    body = answerOf('');
    await expect(driver.read('results', [learner('11')], reader())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });

  test('reads the character set that the transport says', async () => {
    await using service = await startVirtaService((_, response, answer) => {
      const gbk = iconv.encode(answer.replaceAll('Koskinen', '科斯基宁'), 'gbk');
      response.writeHead(200, { 'content-type': 'text/xml; charset="GBK"' }).end(gbk);
    });
    await using driver = driverOver(service);
    const rows = await driver.read('students', [learner('11')], reader());
    expect(rows[0]?.['name']).toBe('Aino Maria 科斯基宁');
  });

  test('opens no more connections at once than the school allows', async () => {
    let open = 0;
    let most = 0;
    await using service = await startVirtaService((_, response, answer) => {
      most = Math.max(most, (open += 1));
      setImmediate(() => {
        open -= 1;
        response.writeHead(200, { 'content-type': xml }).end(answer);
      });
    });
    const { operations } = declaredAtSchool;
    await using driver = driverOver(service, {
      parallel: 2,
      operations: { everything: { ...operations['everything'], keys: 1 } },
    });
    const many = Array.from({ length: 24 }, (_, at) => learner(String(at + 10)));
    expect(await driver.read('students', many, reader())).toHaveLength(3);
    expect(most).toBeLessThanOrEqual(2);
    expect(service.questions).toHaveLength(24);
  });

  test.each([
    [{ url: undefined }, /Turku UAS needs AMRLO_SCHOOL_URL /],
    [{ clientSecret: undefined, clientId: '' }, /needs AMRLO_SCHOOL_CLIENT_ID, AMRLO_SCHOOL_CLIENT_SECRET /],
    [{ url: 'ftp://somewhere' }, /AMRLO_SCHOOL_URL must begin with https:/],
    [{ url: 'http://virta.example/luku' }, /AMRLO_SCHOOL_URL must begin with https:/],
  ])('does not start with %j', (address, message) => {
    expect(() => driverOver({ url: 'http://127.0.0.1:9/' }, {}, address)).toThrow(message);
  });

  test('proves itself in HTTP where the service wants that', async () => {
    const seen: (string | undefined)[] = [];
    await using service = await startVirtaService((_question, response, _answer, request) => {
      seen.push(request.headers.authorization, request.headers['soapaction'] as string);
      response.writeHead(200, { 'content-type': xml }).end(answerOf(virta('')));
    });
    await using bearer = driverOver(service, { authorization: 'BEARER' }, { token: 't' });
    await using basic = driverOver(service, { authorization: 'BASIC' }, { clientId: 'a', clientSecret: 'b' });
    await bearer.read('students', [learner('11')], reader());
    await basic.read('students', [learner('11')], reader());
    expect(seen).toEqual(['Bearer t', '""', 'Basic YTpi', '""']);
  });
});
