import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStandaloneGateway } from '../../gateway/standalone.js';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';
import { createLogger } from '../../subgraphs/kit/base/log.js';
import { serveRoom } from '../../subgraphs/kit/room/serve-room.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import { createAsker, type Asker } from '../support/asker.js';
import { listen, until } from '../support/live-stream.js';

const university = institutionIdOfSchool('ningxia-university');
const key = generateKeyPairSync('ed25519');
const pem = {
  privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  publicKey: key.publicKey.export({ type: 'spki', format: 'pem' }) as string,
};

let house: TestAlliance;
/** The base address of a gateway that shares neither a process nor a Redis with the rooms. */
let apart: string;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  house = await startTestAlliance({
    env: { AMRLO_ASSERTION_PRIVATE_KEY: pem.privateKey, AMRLO_ASSERTION_PUBLIC_KEYS: pem.publicKey },
  });
  stops.push(async () => house[Symbol.asyncDispose]());
  const urls = new Map<string, string>();
  for (const [name, handle] of house.alliance.subgraphs) {
    const address = { host: '127.0.0.1', port: 0 };
    const server = await serveRoom({ handle, ready: async () => true }, address);
    stops.push(() => server.stop());
    urls.set(name, `${server.url}/graphql`);
  }
  const jwks = createServer((_, response) => void response.end(JSON.stringify(house.issuer.jwks)));
  await once(jwks.listen(0, '127.0.0.1'), 'listening');
  stops.push(async () => {
    jwks.close();
    jwks.closeAllConnections();
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'amrlo-apart-'));
  stops.push(() => rm(dataDir, { recursive: true }));
  const settings = loadSettings('gateway', {
    env: {
      PORT: '0',
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      AMRLO_ASSERTION_PRIVATE_KEY: pem.privateKey,
      AMRLO_OIDC_ISSUER: house.issuer.issuer,
      AMRLO_OIDC_JWKS_URL: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/`,
      AMRLO_SUPERGRAPH: projectFile('schema/supergraph.graphql'),
      AMRLO_REQUEST_BUDGET_MS: '60000',
      AMRLO_SUBGRAPH_TIMEOUT_MS: '30000',
      AMRLO_DRAIN_MS: '1000',
    },
  });
  const gateway = await startStandaloneGateway(
    settings,
    urls,
    createLogger({ level: 'silent', name: 'test' }),
  );
  stops.push(() => gateway.stop());
  apart = gateway.url;
}, 180_000);
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** A registrar of the university with a grant of their own, through both gateways. */
async function registrar(subject: string) {
  const payload = await house
    .as('secretariat')
    .mutate(
      'giveGrant',
      'GiveGrantInput',
      { subject, role: 'REGISTRAR', institutionId: university, idempotencyKey: `give-${subject}` },
      'grant { id version }',
    );
  expect(payload.userErrors).toEqual([]);
  const here = await house.asSubject(subject);
  const grant = payload.grant as { id: string; version: number };
  const revoke = async () => {
    const input = { grantId: grant.id, expectedVersion: grant.version, reason: 'the end of the test' };
    expect(
      (await house.as('secretariat').mutate('revokeGrant', 'RevokeGrantInput', input)).userErrors,
    ).toEqual([]);
  };
  return { here, there: createAsker(apart, here.headers), revoke };
}

const sees = async (asker: Asker) =>
  ((await asker.ask('{ deposits(first: 1) { totalCount } }')).data?.deposits?.totalCount ?? 0) > 0;

it('refuses the very next request in one process, and within a second through a gateway apart', async () => {
  const { here, there, revoke } = await registrar('revoked-in-both');
  expect([await sees(here), await sees(there)]).toEqual([true, true]);
  await revoke();
  const revokedAt = Date.now();
  expect(await sees(here)).toBe(false);
  for (;;) {
    const asked = Date.now();
    if (!(await sees(there))) break;
    expect(asked - revokedAt).toBeLessThan(1_000);
  }
}, 60_000);

it('takes from a live query through a gateway apart what the grant showed', async () => {
  const { there, revoke } = await registrar('revoked-while-listening');
  const { deposits } = await there.must('{ deposits(first: 1) { edges { node { id } } } }');
  await using stream = await listen(
    apart,
    there.headers,
    'subscription ($id: ID!) { deposit(id: $id) { id state } }',
    { id: deposits.edges[0].node.id },
  );
  await until(stream, ({ data }) => data?.deposit?.id !== undefined);
  await revoke();
  const revokedAt = Date.now();
  await until(stream, ({ data }) => data?.deposit == null);
  // Two rounds: one until the revocation is looked for, one for a slow machine to ask again.
  expect(Date.now() - revokedAt).toBeLessThan(3_000);
}, 60_000);
