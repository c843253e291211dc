import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { delegate, at, give, grantsOf, step } from './institutions-grants-kit.js';
import { admin, away, home, idempotencyKey, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const shown =
  'servicePoint { id pointCode version name validTo openingHours coordinates { latitude longitude } }';
let codes = 0;
const open = (by: Principal, input: object = {}) =>
  step(
    room,
    by,
    'openServicePoint',
    {
      pointCode: `NX-${(codes += 1)}`,
      kind: 'HEI_POINT',
      name: '宁夏大学网点',
      hostInstitutionId: home,
      regionCode: '640104',
      address: '银川市兴庆区示例路 1 号',
      idempotencyKey: idempotencyKey(),
      ...input,
    },
    shown,
  );
const close = (by: Principal, servicePointId: string, expectedVersion = 1) =>
  step(room, by, 'closeServicePoint', { servicePointId, expectedVersion, reason: 'moved' }, shown);
const list = async (filter: object, page: object = {}) => {
  const { data, errors } = await room.ask(
    anonymous,
    `query ($filter: ServicePointFilter, $first: Int, $after: String) {
       servicePoints(filter: $filter, first: $first, after: $after) {
         totalCount pageInfo { hasNextPage endCursor }
         edges { node { pointCode distanceMetres region { provinceCode cityCode districtCode } } }
       }
     }`,
    { filter, ...page },
  );
  return { ...data.servicePoints, code: errors?.[0]?.extensions?.['code'] };
};
const codesOf = (answer: { edges: { node: { pointCode: string } }[] }) =>
  answer.edges.map(({ node }) => node.pointCode);
const refused = (code: string) => [{ code }];

describe('a service point', () => {
  test('is opened and changed by those who run its institution, and seen by everybody', async () => {
    expect((await open(person('adm2', `INSTITUTION_ADMIN@${away}`))).userErrors).toEqual(
      refused('ACTION_FORBIDDEN'),
    );
    const { servicePoint } = await open(admin, { pointCode: 'YC-01', openingHoursZh: '周一至周五' });
    expect((await open(secretariat, { pointCode: 'YC-01' })).userErrors).toEqual(
      refused('SERVICE_POINT_CODE_TAKEN'),
    );
    expect((await open(admin, { regionCode: '64010' })).userErrors).toEqual(refused('INPUT_INVALID'));
    expect((await open(admin, { coordinates: { latitude: '90.1', longitude: '0' } })).userErrors).toEqual(
      refused('INPUT_INVALID'),
    );
    const changed = await step(
      room,
      admin,
      'changeServicePoint',
      {
        servicePointId: servicePoint.id,
        expectedVersion: 1,
        openingHoursEn: 'Mon to Fri',
        coordinates: { latitude: '38.487190', longitude: '106.230900' },
      },
      shown,
    );
    expect(changed.servicePoint).toMatchObject({
      version: 2,
      openingHours: 'Mon to Fri',
      coordinates: { latitude: '38.48719', longitude: '106.2309' },
    });
    const { data } = await room.ask(
      anonymous,
      'query ($id: ID!) { servicePoint(id: $id) { name staff { id } } }',
      {
        id: servicePoint.id,
      },
    );
    expect(data.servicePoint).toEqual({ name: '宁夏大学网点', staff: [] });
  });

  test('is where a clerk acts, and nowhere else', async () => {
    const { servicePoint: point } = await open(admin);
    const role = 'SERVICE_POINT_CLERK';
    const input = { subject: 'clerk', role, institutionId: home, servicePointId: point.id };
    expect((await give(room, admin, { ...input, servicePointId: undefined })).userErrors).toEqual(
      refused('GRANT_POINT_MISFIT'),
    );
    expect((await give(room, admin, { ...input, role: 'REGISTRAR' })).userErrors).toEqual(
      refused('GRANT_POINT_MISFIT'),
    );
    expect((await give(room, secretariat, { ...input, institutionId: away })).userErrors).toEqual(
      refused('GRANT_POINT_MISFIT'),
    );
    expect((await give(room, admin, input)).userErrors).toEqual([]);
    expect((await grantsOf(room, 'clerk')).grants).toMatchObject([{ servicePointId: point.id }]);
    const staff = await room.ask(admin, 'query ($id: ID!) { servicePoint(id: $id) { staff { subject } } }', {
      id: point.id,
    });
    expect(staff.data.servicePoint.staff).toEqual([{ subject: 'clerk' }]);
    await expect(
      room.sql
        .query(`insert into role_grant (id, subject, role, institution_id, valid_from, given_by, created_at)
        values ('grant_nowhere', 'c', 'SERVICE_POINT_CLERK', '${home}', now(), 'x', now())`),
    ).rejects.toMatchObject({ constraint: 'role_grant_point' });
  });

  test('takes the grants of its clerks with it when it closes, and those that they delegated', async () => {
    const { servicePoint: point } = await open(admin);
    const role = 'SERVICE_POINT_CLERK';
    const own = await give(room, admin, {
      subject: 'last-clerk',
      role,
      institutionId: home,
      servicePointId: point.id,
    });
    await delegate(room, person('last-clerk'), {
      grantId: own.grant.id,
      subject: 'stand-in-clerk',
      to: at(room, 1_000),
    });
    const woken: string[] = [];
    const leave = room.wakeBus.subscribe(({ type, id }) => void (type === 'GrantEpoch' && woken.push(id)));
    expect((await close(admin, point.id)).servicePoint.validTo).toBe(at(room, 0));
    leave();
    expect(woken.toSorted()).toEqual(['last-clerk', 'stand-in-clerk']);
    for (const subject of woken) expect((await grantsOf(room, subject)).grants).toEqual([]);
    expect((await close(admin, point.id, 2)).userErrors).toEqual(refused('SERVICE_POINT_CLOSED'));
    expect(
      (await give(room, admin, { subject: 'late', role, institutionId: home, servicePointId: point.id }))
        .userErrors,
    ).toEqual(refused('SERVICE_POINT_CLOSED'));
    await expect(
      room.sql.query(`update service_point set valid_to = null where id = '${point.id}'`),
    ).rejects.toMatchObject({ constraint: 'service_point_fixed' });
  });

  test('never closes with a clerk who was let in at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { servicePoint: point } = await open(admin);
      const subject = `at-once-${round}`;
      await Promise.all([
        give(room, admin, {
          subject,
          role: 'SERVICE_POINT_CLERK',
          institutionId: home,
          servicePointId: point.id,
        }),
        close(admin, point.id),
      ]);
      expect((await grantsOf(room, subject)).grants).toEqual([]);
    }
  });
});

describe('the list of service points', () => {
  const cities = [
    ['SH-CITY', '310101', '31.230416', '121.473701'],
    ['BJ-CITY', '110101', '39.904211', '116.407395'],
    ['XA-CITY', '610104', '34.341574', '108.939770'],
    ['LZ-CITY', '620102', '36.061089', '103.834304'],
    ['ZZ-NONE', '410102', null, null],
  ] as const;
  beforeAll(async () => {
    for (const [pointCode, regionCode, latitude, longitude] of cities) {
      const coordinates = latitude === null ? null : { latitude, longitude };
      expect(
        (await open(secretariat, { pointCode, regionCode, kind: 'BRANCH', coordinates })).userErrors,
      ).toEqual([]);
    }
  });

  test('holds everything in a province, a city or a district by its code', async () => {
    const all = await list({ regionCode: '310000' });
    expect(codesOf(all)).toEqual(['SH-CITY']);
    expect(all.edges[0].node.region).toEqual({
      provinceCode: '310000',
      cityCode: '310100',
      districtCode: '310101',
    });
    expect(codesOf(await list({ regionCode: '610100' }))).toEqual(['XA-CITY']);
    expect(codesOf(await list({ regionCode: '610102' }))).toEqual([]);
    expect((await list({ regionCode: "64'" })).code).toBe('INPUT_INVALID');
  });

  test('gives the nearest first, page by page, with the distance along the globe', async () => {
    const near = { latitude: '38.487194', longitude: '106.230909' };
    const filter = { kind: 'BRANCH', near };
    const whole = await list(filter);
    expect(codesOf(whole)).toEqual(['LZ-CITY', 'XA-CITY', 'BJ-CITY', 'SH-CITY']);
    expect(whole.totalCount).toBe(4);
    // Yinchuan to Shanghai is about 1,600 km as the crow flies.
    expect(Math.round(whole.edges[3].node.distanceMetres / 10_000)).toBe(160);
    const paged: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await list(filter, { first: 1, after });
      paged.push(...codesOf(page));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(codesOf(whole));
    expect(codesOf(await list({ kind: 'BRANCH', near: { ...near, withinKm: 600 } }))).toEqual([
      'LZ-CITY',
      'XA-CITY',
    ]);
    const foreign = await list({ kind: 'BRANCH' }, { first: 1, after: whole.pageInfo.endCursor });
    expect(foreign.code).toBe('CURSOR_INVALID');
  });

  test('refuses any cursor that it did not make, and asks the database nothing', async () => {
    const made = (await list({ kind: 'BRANCH' }, { first: 1 })).pageInfo.endCursor as string;
    const mark = made.slice(0, 6);
    const forged = fc.oneof(
      fc.string(),
      fc.json({ maxDepth: 0 }).map((text) => mark + Buffer.from(text).toString('base64url')),
      fc.constant(mark + Buffer.from('["a\\u0000","b"]').toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(forged, async (after) => {
        expect((await list({ kind: 'BRANCH' }, { after })).code).toBe('CURSOR_INVALID');
      }),
      { numRuns: 60 },
    );
  });

  test('measures as the haversine formula does, everywhere on the globe', async () => {
    const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6);
    const radians = (value: number) => (value * Math.PI) / 180;
    await fc.assert(
      fc.asyncProperty(degrees(90), degrees(180), async (latitude, longitude) => {
        const { edges } = await list({
          kind: 'BRANCH',
          near: { latitude: latitude.toFixed(6), longitude: longitude.toFixed(6) },
        });
        const byCode = new Map<string, number>(
          edges.map(({ node }: { node: { pointCode: string; distanceMetres: number } }) => [
            node.pointCode,
            node.distanceMetres,
          ]),
        );
        for (const [code, , lat, lon] of cities) {
          if (lat === null) continue;
          const [a, b] = [radians(latitude), radians(Number(lat))];
          const half =
            Math.sin((b - a) / 2) ** 2 +
            Math.cos(a) * Math.cos(b) * Math.sin(radians(Number(lon) - longitude) / 2) ** 2;
          const metres = 2 * 6_371_008.8 * Math.asin(Math.sqrt(Math.min(1, half)));
          expect(Math.abs(byCode.get(code)! - metres)).toBeLessThan(1);
        }
        const order = [...byCode.values()];
        expect(order).toEqual(order.toSorted((one, two) => one - two));
      }),
      { numRuns: 40 },
    );
  });
});
