import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { institutionIdOfSchool } from '../../../subgraphs/alliance/schools.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { createHttpTransport } from '../../../subgraphs/kit/base/link/http-transport.js';
import { createLink } from '../../../subgraphs/kit/base/link/link.js';
import { createRedisWakeBus } from '../../../subgraphs/kit/base/wake-redis.js';
import { serveRoom } from '../../../subgraphs/kit/room/serve-room.js';
import { adapterAudience } from '../../../subgraphs/records/contract.js';
import { learnersLinkSource } from '../../../subgraphs/records/link-source.js';
import { createRecordsRouter } from '../../../subgraphs/records/records-router.js';
import { institutionsDirectory } from '../../../subgraphs/records/school-directory.js';
import { institutionsTrail } from '../../../subgraphs/records/write-back-trail.js';
import { FakeSchool } from '../../rooms/fake-school.js';
import { startTestAlliance, type TestAlliance } from '../../support/alliance.js';
import { eventually } from '../../support/eventually.js';

const redisUrl = process.env['AMRLO_TEST_REDIS_URL'];
if (redisUrl === undefined) console.warn('skipped over HTTP: AMRLO_TEST_REDIS_URL is not set');
const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const university = institutionIdOfSchool('ningxia-university');
const schoolQuery = /* GraphQL */ `
  query ($id: ID!) {
    institution(id: $id) {
      name
      recordsSystem {
        health
        name
      }
      catalogue: schoolCourses(first: 1) {
        totalCount
        provenance {
          system
        }
      }
      student(number: "1") {
        name
        results {
          courseName
        }
        complete
      }
    }
  }
`;

/** The router as a process of its own is reached: over HTTP, with its directory read over HTTP. */
async function serveRouter(house: TestAlliance): Promise<() => Promise<void>> {
  const { signer } = await createSigner(keys.privateKey);
  const verifier = await createVerifier([keys.publicKey]);
  const opened: (() => Promise<unknown>)[] = [];
  const reach = async (name: string) => {
    const served = await serveRoom(
      { handle: house.alliance.subgraphs.get(name)!, ready: async () => true },
      { host: '127.0.0.1', port: 0 },
    );
    opened.push(() => served.stop());
    return { transport: createHttpTransport({ subgraph: name, url: `${served.url}/graphql` }) };
  };
  const link = createLink({
    subgraphs: { institutions: await reach('institutions'), learners: await reach('learners') },
    signer,
    log: pino({ level: 'silent' }),
  });
  const wakes = createRedisWakeBus(redisUrl!);
  await wakes.ready;
  const router = createRecordsRouter({
    directory: institutionsDirectory(link),
    links: learnersLinkSource(link),
    trail: institutionsTrail(link),
    connect: ({ endpoint, name }) => createHttpTransport({ subgraph: name, url: endpoint }),
    verifier,
    signer,
    wakes,
    ttlMs: 0,
  });
  const served = await serveRoom(
    { handle: router.handle, ready: async () => true },
    { host: '127.0.0.1', port: 0 },
  );
  const transport = createHttpTransport({ subgraph: 'records', url: `${served.url}/graphql` });
  house.alliance.subgraphs.set('records', transport);
  return async () => {
    await transport.close();
    await served.stop();
    await router.stop();
    await link.close();
    await wakes.close();
    for (const close of opened) await close();
  };
}

describe.each(['ONE_PROCESS', 'HTTP'] as const)('a school and the graph, %s', (over) => {
  const possible = over === 'ONE_PROCESS' || redisUrl !== undefined;
  const it = possible ? test : test.skip;
  const opened: (() => Promise<unknown>)[] = [];
  let house: TestAlliance;
  let id: string;
  let here: FakeSchool;
  let there: FakeSchool;
  let addresses: string[];

  beforeAll(async () => {
    if (!possible) return;
    house = await startTestAlliance({
      env: {
        AMRLO_ASSERTION_PRIVATE_KEY: keys.privateKey,
        AMRLO_ASSERTION_PUBLIC_KEYS: keys.publicKey,
        ...(over === 'HTTP' ? { REDIS_URL: redisUrl! } : {}),
      },
    });
    opened.push(async () => house[Symbol.asyncDispose]());
    if (over === 'HTTP') opened.push(await serveRouter(house));
    const secretariat = house.as('secretariat');
    ({
      institutionByCode: { id },
    } = await secretariat.must('{ institutionByCode(moeCode: "4111010003") { id } }'));
    const admitted = await secretariat.mutate('recordFoundingMember', 'RecordFoundingMemberInput', {
      institutionId: id,
      memberCode: 'THU',
      joinedOn: '2016-07-15',
      charterVersion: '2016-07-15',
      idempotencyKey: 'directory-member',
    });
    const granted = await secretariat.mutate('giveGrant', 'GiveGrantInput', {
      subject: 'demo-registrar',
      role: 'REGISTRAR',
      institutionId: id,
      idempotencyKey: 'directory-registrar',
    });
    expect([admitted.userErrors, granted.userErrors]).toEqual([[], []]);

    const verifier = await createVerifier([keys.publicKey]);
    const open = async (school: FakeSchool) => {
      const served = await serveRoom(
        {
          handle: async (request) => {
            await verifier.verify(request.assertion, adapterAudience(id));
            return school.handle(request);
          },
          ready: async () => true,
        },
        { host: '127.0.0.1', port: 0 },
      );
      opened.push(() => served.stop());
      return `${served.url}/graphql`;
    };
    here = new FakeSchool(id, new Map([['1', '张*']]));
    there = new FakeSchool(id, new Map([['1', '李*']]));
    addresses = [await open(here), await open(there)];
  }, 240_000);
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  }, 60_000);

  const ask = async () => {
    const { data, errors } = await house.as('registrar').ask(schoolQuery, { id });
    return {
      institution: data.institution,
      codes: errors.map(({ path, extensions }) => `${path!.join('.')} ${extensions.code}`).sort(),
    };
  };
  /** A step of the secretariat on the school's line of the directory, on the version that stands there. */
  async function step(mutation: string, input: Record<string, unknown>): Promise<void> {
    const { recordsDirectory } = await house
      .as('secretariat')
      .must('{ recordsDirectory { institutionId version } }');
    const { version } = recordsDirectory.find((one: { institutionId: string }) => one.institutionId === id);
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const payload = await house
      .as('secretariat')
      .mutate(mutation, type, { institutionId: id, expectedVersion: version, ...input });
    expect(payload.userErrors).toEqual([]);
  }
  const nothing = {
    name: '清华大学',
    catalogue: null,
    student: { name: null, results: null, complete: false },
  };
  const answered = (name: string) => ({
    name: '清华大学',
    recordsSystem: { health: 'UP', name: 'Fake 1.0' },
    catalogue: { totalCount: 2, provenance: { system: 'Fake' } },
    student: { name, results: [{ courseName: 'course a' }, { courseName: 'course b' }], complete: true },
  });

  it('before it joins, its records are not connected and everything else is there', async () => {
    expect(await ask()).toEqual({
      institution: { ...nothing, recordsSystem: null },
      codes: ['institution.catalogue SCHOOL_NOT_CONNECTED', 'institution.student.name SCHOOL_NOT_CONNECTED'],
    });
  }, 60_000);

  it('joins by one row of the directory, with the same supergraph', async () => {
    const payload = await house
      .as('secretariat')
      .mutate('connectRecordsSystem', 'ConnectRecordsSystemInput', {
        institutionId: id,
        kind: 'SQL',
        endpoint: addresses[0],
        idempotencyKey: 'directory-connect',
      });
    expect(payload.userErrors).toEqual([]);
    await eventually(async () => (await ask()).codes.length === 0);
    expect((await ask()).institution).toEqual(answered('张*'));
    expect(here.requests.length).toBeGreaterThan(0);
  }, 60_000);

  it('is written to through the gateway, by its own registrar only', async () => {
    const input = {
      idempotencyKey: 'directory-write',
      institutionId: id,
      studentNumber: '1',
      courseCode: 'C1',
      term: '2026-2027-1',
      certificateNumber: 'AMRLO-2026-0001',
      kind: 'BOTH',
    };
    const write = (role: 'registrar' | 'admin') =>
      house
        .as(role)
        .mutate(
          'writeBackExemption',
          'WriteBackExemptionInput',
          input,
          'writeBack { state certificateNumber }',
        );
    expect(await write('registrar')).toEqual({
      writeBack: { state: 'WRITTEN', certificateNumber: 'AMRLO-2026-0001' },
      userErrors: [],
    });
    expect((await write('admin')).userErrors).toMatchObject([{ code: 'ACTION_FORBIDDEN' }]);
    expect(here.written).toHaveLength(1);
  }, 60_000);

  it('moves: its next questions go to the new address', async () => {
    await step('moveRecordsSystem', { kind: 'REST', endpoint: addresses[1], timeoutMs: 2_000 });
    await eventually(async () => (await ask()).institution.student?.name === '李*');
    const asked = here.requests.length;
    expect((await ask()).institution).toEqual(answered('李*'));
    expect(here.requests).toHaveLength(asked);
  }, 60_000);

  it('is switched off: its records are unavailable, and what others have is not', async () => {
    await step('switchRecordsSystem', { enabled: false });
    await eventually(async () => (await ask()).codes.length > 0);
    expect(await ask()).toEqual({
      institution: { ...nothing, recordsSystem: { health: 'DOWN', name: null } },
      codes: ['institution.catalogue SCHOOL_UNAVAILABLE', 'institution.student.name SCHOOL_UNAVAILABLE'],
    });
    if (over === 'ONE_PROCESS') {
      const other = await house
        .as('registrar')
        .must(
          `query ($id: ID!) { institution(id: $id) { student(number: "12019240001") { complete results { courseName deposit { id state } } } } }`,
          { id: university },
        );
      const results: { deposit: { state: string } | null }[] = other.institution.student.results;
      expect(results.length).toBeGreaterThan(3);
      expect(results.some(({ deposit }) => deposit !== null)).toBe(true);
    }
  }, 60_000);

  it('leaves, and is then as if it had never joined', async () => {
    await step('disconnectRecordsSystem', { reason: '更换教务系统' });
    const left = [
      'institution.catalogue SCHOOL_NOT_CONNECTED',
      'institution.student.name SCHOOL_NOT_CONNECTED',
    ];
    await eventually(async () => (await ask()).codes.join() === left.join());
    expect((await ask()).institution).toEqual({ ...nothing, recordsSystem: null });
  }, 60_000);
});
