import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { context, open, stopLater, stopOpened } from '../support/rest-schools/rest-driver.js';
import { startRestServer } from '../support/rest-schools/rest-server.js';

afterEach(stopOpened);

describe('a redirect', () => {
  test('is followed on the same host and nowhere else', async () => {
    const here = await open(({ path }) =>
      path === '/api/students/1' ? { status: 302, headers: { location: '/moved/1' } } : { json: { id: '1' } },
    );
    expect(await here.driver.read('students', ['1'], context())).toEqual([{ studentNumber: '1', id: '1' }]);
    const other = await startRestServer(() => ({ json: { id: '1' } }));
    stopLater(other);
    const away = await open(() => ({ status: 302, headers: { location: `${other.url}/students/1` } }));
    await expect(away.driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    expect(other.asked).toHaveLength(0);
  });

  test('that goes round in circles ends', async () => {
    const { driver, server } = await open(() => ({ status: 307, headers: { location: '/api/students/1' } }));
    await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    expect(server.asked.length).toBeLessThan(6);
  });

  test('never takes a form elsewhere', async () => {
    const { driver, server } = await open(
      () => ({ status: 302, headers: { location: '/jwglxt/xtgl/login_slogin.html' } }),
      {
        sources: {
          students: { method: 'POST', path: 'x', form: { xh: '{studentNumber}' }, columns: ['xh'] },
        },
      },
    );
    await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    expect(server.asked).toHaveLength(1);
  });
});

describe('a service that asks for patience', () => {
  test('is asked again after the time that it names, while there is time', async () => {
    const clock = new FakeClock();
    let asked = 0;
    const { driver } = await open(
      () => ((asked += 1) === 1 ? { status: 429, headers: { 'retry-after': '2' } } : { json: { id: '1' } }),
      {},
      clock,
    );
    const reading = driver.read('students', ['1'], context());
    await clock.untilWaiting(2_000);
    clock.advance(2_000);
    expect(await reading).toHaveLength(1);
  });

  test('understands a date', async () => {
    const clock = new FakeClock('2026-01-15T08:00:00Z');
    let asked = 0;
    const { driver } = await open(
      () =>
        (asked += 1) === 1
          ? { status: 503, headers: { 'retry-after': 'Thu, 15 Jan 2026 08:00:03 GMT' } }
          : { json: { id: '1' } },
      {},
      clock,
    );
    const reading = driver.read('students', ['1'], context());
    await clock.untilWaiting(3_000);
    clock.advance(3_000);
    expect(await reading).toHaveLength(1);
  });

  test('is not waited for beyond the budget, and the caller learns how long it would have been', async () => {
    const { driver, server } = await open(() => ({ status: 429, headers: { 'retry-after': '60' } }));
    await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
      retryAfterMs: 60_000,
    });
    expect(server.asked).toHaveLength(1);
  });

  test('is left alone after three refusals', async () => {
    const { driver, server } = await open(() => ({ status: 429, headers: { 'retry-after': '0' } }));
    await expect(driver.read('students', ['1'], context())).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    expect(server.asked).toHaveLength(3);
  });
});
