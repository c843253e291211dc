import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { answerOf, driverOver, learner, reader, send, virta, xml } from '../support/soap-driver-over.js';
import {
  envelope,
  fault,
  startVirtaService,
  virtaAccount,
  type Misbehaviour,
} from '../support/virta-service.js';

describe('a SOAP service that fails', () => {
  test('gives the number that was asked where the answer does not repeat it', async () => {
    await using service = await startVirtaService(
      send(200, xml, envelope(`<Marks xmlns="urn:s"><Mark id="a">5</Mark></Marks>`)),
    );
    await using driver = driverOver(service, {
      namespaces: { s: 'urn:s' },
      unprefixed: 's',
      operations: {
        marks: { request: { 's:Ask': { 's:No': '{studentNumber}', '@kind': 'all' } }, response: 'Marks' },
      },
      sources: {
        results: { operation: 'marks', rows: 'Mark', columns: { number: '{studentNumber}', id: '@id' } },
      },
    });
    expect(await driver.read('results', [learner('11')], reader())).toEqual([
      { number: learner('11'), id: 'a' },
    ]);
    expect(service.questions[0]).toContain(`<s:Ask kind="all"><s:No>${learner('11')}</s:No></s:Ask>`);
  });

  test.each<[string, Misbehaviour]>([
    ['a fault', send(500, xml, fault('SOAP-ENV:Server', 'out of order'))],
    ['a fault under status 200', send(200, xml, fault('SOAP-ENV:Server', 'out of order'))],
    ['status 503', send(503, xml, answerOf(virta('')))],
    ['status 404 with a page', send(404, 'text/html', '<html><body>Not found</body></html>')],
    ['a page under status 200', send(200, 'text/html; charset=utf-8', '<html><body>Log in</body></html>')],
    ['a page that calls itself XML', send(200, xml, '<!doctype html><html><body>Log in</body></html>')],
    ['a redirection', send(302, xml, '', { location: 'http://127.0.0.1:9/' })],
    ['nothing', send(200, xml, '')],
    [
      'an envelope of SOAP 1.2',
      send(
        200,
        xml,
        answerOf(virta('')).replaceAll(
          'http://schemas.xmlsoap.org/soap/envelope/',
          'http://www.w3.org/2003/05/soap-envelope',
        ),
      ),
    ],
    [
      'an answer in another namespace',
      send(200, xml, answerOf(virta('')).replace('csc.fi/luku', 'csc.fi/luku2')),
    ],
    ['records in another namespace', send(200, xml, answerOf(virta('')).replace('2015/09/01', '2017/01/01'))],
    [
      'another answer',
      send(200, xml, envelope('<l:OpintosuorituksetResponse xmlns:l="http://tietovaranto.csc.fi/luku"/>')),
    ],
    ['two answers', send(200, xml, envelope('<a/><b/>'))],
    [
      'truncated XML',
      (_, response, answer) =>
        void response.writeHead(200, { 'content-type': xml }).end(answer.slice(0, -200)),
    ],
    [
      'a bomb of entities',
      send(200, xml, `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(999)}">]>${answerOf(virta('&x;'.repeat(999)))}`),
    ],
    [
      'an external entity',
      send(200, xml, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${answerOf(virta('&x;'))}`),
    ],
    ['packed bytes', send(200, xml, Buffer.from('x'), { 'content-encoding': 'gzip' })],
    ['bytes that are no text', send(200, xml, Buffer.from([0x3c, 0xff]))],
    [
      'a connection that ends early',
      (_, response) => {
        response.writeHead(200, { 'content-type': xml, 'content-length': '9999' });
        response.write('<a>');
        response.destroy();
      },
    ],
  ])('counts %s as a service that is unavailable, never as no records', async (_, misbehave) => {
    await using service = await startVirtaService(misbehave);
    await using driver = driverOver(service);
    await expect(driver.read('results', [learner('11')], reader())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });

  test('stops reading an answer beyond its limit, announced or not', async () => {
    const large = answerOf(virta('<Opiskelija/>'.repeat(5_000)));
    await using announced = await startVirtaService(
      send(200, xml, large, { 'content-length': String(large.length) }),
    );
    await using poured = await startVirtaService((_, response) => {
      response.writeHead(200, { 'content-type': xml });
      const pour = (): void => {
        if (response.destroyed) return;
        response.write('<a/>'.repeat(4_096));
        setImmediate(pour);
      };
      pour();
    });
    for (const service of [announced, poured]) {
      await using driver = driverOver(service, { maxAnswerBytes: 32_768 });
      await expect(driver.read('results', [learner('11')], reader())).rejects.toMatchObject({
        code: 'SCHOOL_UNAVAILABLE',
        cause: { reason: 'TOO_LARGE' },
      });
    }
    await eventually(() => poured.hungUp() === 1);
  });

  test('does not repeat in its errors whom it was asked about, nor the key', async () => {
    await using service = await startVirtaService(
      send(500, xml, fault('Client', `no 010283-9123 for ${virtaAccount.clientId}`)),
    );
    await using driver = driverOver(service);
    const error = (await driver
      .read('results', [learner('11')], reader())
      .catch((thrown: unknown) => thrown)) as Error;
    expect((error.cause as Error).message).toBe(
      'the service answered with a fault: Client: no #-# for amrlo',
    );
  });

  test('gives up when its time is over, and closes the connection', async () => {
    let arrived = 0;
    await using service = await startVirtaService(() => void (arrived += 1));
    const clock = new FakeClock();
    await using driver = driverOver(service, { timeoutMs: 4_000 }, {}, clock);
    const reading = driver.read('results', [learner('11')], reader());
    const refused = expect(reading).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
    await eventually(() => arrived === 1);
    clock.advance(4_000);
    await refused;
    await eventually(() => service.hungUp() === 1);
  });

  test('closes the connection when nobody waits any more, before and in the middle of an answer', async () => {
    let arrived = 0;
    await using service = await startVirtaService((_, response) => {
      arrived += 1;
      if (arrived === 2) response.writeHead(200, { 'content-type': xml }).write('<a>');
    });
    await using driver = driverOver(service);
    for (const turn of [1, 2]) {
      const left = new AbortController();
      const refused = expect(
        driver.read('results', [learner('11')], reader(left.signal)),
      ).rejects.toMatchObject({
        code: 'REQUEST_CANCELLED',
      });
      await eventually(() => arrived === turn);
      left.abort();
      await refused;
      await eventually(() => service.hungUp() === turn);
    }
    await expect(driver.read('results', [learner('11')], reader(AbortSignal.abort()))).rejects.toMatchObject({
      code: 'REQUEST_CANCELLED',
    });
    expect(arrived).toBe(2);
  });
});
