import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, decodeJwt, generateKeyPair, importJWK, type JWK } from 'jose';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import type { Asker } from '../support/asker.js';

const university = institutionIdOfSchool('ningxia-university');
const elsewhere = stableId('Institution', 'moe:4111010003');

let house: TestAlliance;
let learnerId: string;
let depositId: string;
let strangers: readonly (readonly [string, Asker])[];
beforeAll(async () => {
  house = await startTestAlliance();
  const { me } = await house.as('learner').must('{ me { id deposits(first: 1) { edges { node { id } } } } }');
  learnerId = me.id;
  depositId = me.deposits.edges[0].node.id;
  await give('registrar-elsewhere', 'REGISTRAR', elsewhere);
  strangers = [
    ['another person', await house.asSubject('another-person')],
    ['a registrar of another institution', await house.asSubject('registrar-elsewhere')],
    ['an expert', house.as('expert')],
  ];
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

async function give(
  subject: string,
  role: string,
  institutionId?: string,
): Promise<{ id: string; version: number }> {
  const input = { subject, role, institutionId, idempotencyKey: `give-${subject}-${role}` };
  const payload = await house
    .as('secretariat')
    .mutate('giveGrant', 'GiveGrantInput', input, 'grant { id version }');
  expect(payload.userErrors).toEqual([]);
  return payload.grant;
}

const mine = '{ me { legalName } institutions(first: 1) { totalCount } }';

it('over a database of the operator and without a demo, nobody believes the development issuer', async () => {
  await using own = await startTestAlliance({ demo: false });
  const { status, codes } = await (await own.asSubject('demo-secretariat')).ask('{ viewer { subject } }');
  expect([status, codes]).toEqual([401, ['TOKEN_INVALID']]);
  expect((await own.asNobody.ask('{ institutions { totalCount } }')).data.institutions.totalCount).toBe(0);
  expect(own.alliance.issuer).toBeUndefined();
});

describe('a caller', () => {
  it('without a token gets what is public, and null with a reason for the rest', async () => {
    const { data, errors } = await house.asNobody.ask(mine);
    expect(data.me).toBeNull();
    expect(data.institutions.totalCount).toBeGreaterThan(10);
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['me'], 'UNAUTHENTICATED'],
    ]);
  });

  it('with a token that is forged, expired, for others or for another audience gets nothing at all', async () => {
    const jwk = JSON.parse(await readFile(join(house.dataDir, 'development-issuer.json'), 'utf8')) as JWK;
    const known = await importJWK(jwk, 'EdDSA');
    const { privateKey: unknown } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const good = await house.issuer.mint({ subject: 'demo-learner', name: '', scopes: [] });
    const now = Math.floor(Date.now() / 1000);
    const token = (over: { key?: unknown; issuer?: string; audience?: string; expires?: number }) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid: house.issuer.jwks.keys[0]!.kid!, typ: 'at+jwt' })
        .setIssuer(over.issuer ?? house.issuer.issuer)
        .setAudience(over.audience ?? decodeJwt(good).aud!)
        .setSubject('demo-learner')
        .setIssuedAt(now - 7200)
        .setExpirationTime(over.expires ?? now + 3600)
        .sign(over.key ?? known);
    const askWith = (text: string) => house.withHeaders({ authorization: `Bearer ${text}` }).ask(mine);

    expect((await askWith(await token({}))).data.me).toEqual({ legalName: '陈思远' });
    const refused = {
      forged: await token({ key: unknown }),
      'of another issuer': await token({ issuer: 'https://elsewhere.example' }),
      'for another audience': await token({ audience: 'another-graph' }),
      'no token': 'abc',
      expired: await token({ expires: now - 3600 }),
    };
    for (const [what, text] of Object.entries(refused)) {
      const { status, data, codes } = await askWith(text);
      const code = what === 'expired' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID';
      expect([what, status, data, codes]).toEqual([what, 401, null, [code]]);
    }
  });
});

describe("a learner's data", () => {
  it('are not found by strangers, whatever way they come', async () => {
    const query = `query ($learner: ID!, $deposit: ID!, $institution: ID!) {
      learner(id: $learner) { id legalName deposits(first: 5) { totalCount } }
      deposit(id: $deposit) { id title learner { legalName } }
      institution(id: $institution) {
        student(number: "12019240001") { programme results { courseName } learner { legalName } }
      }
    }`;
    const ids = { learner: learnerId, deposit: depositId, institution: university };
    for (const [who, stranger] of strangers) {
      const { data } = await stranger.ask(query, ids);
      expect([who, data.learner, data.deposit]).toEqual([who, null, null]);
      const { student } = data.institution;
      expect([who, student?.programme ?? null, student?.results ?? null, student?.learner ?? null]).toEqual([
        who,
        null,
        null,
        null,
      ]);
    }
    const { data, errors } = await house.as('registrar').ask(query, ids);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      learner: { id: learnerId },
      deposit: { id: depositId },
      institution: { student: { programme: '计算机科学与技术' } },
    });
  });

  it('are not found by strangers at the door of the room itself', async () => {
    const principal = (subject: string, grants: Principal['grants'] = []): Principal => ({
      kind: 'PERSON',
      subject,
      grants,
      scopes: [],
    });
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Learner { id legalName identities { maskedNumber } } ... on Deposit { id title grade }
    } }`;
    const representations = [
      { __typename: 'Learner', id: learnerId },
      { __typename: 'Deposit', id: depositId },
    ];
    const askAs = (who: Principal) =>
      house.alliance.link.call({
        subgraph: 'learners',
        query,
        variables: { representations },
        isMutation: false,
        principal: who,
        requestId: 'trust-test',
        locale: 'en',
        deadline: Date.now() + 30_000,
        signal: new AbortController().signal,
      });
    const registrar = {
      id: 'grant_x',
      role: 'REGISTRAR',
      institutionId: elsewhere,
      from: '2020-01-01T00:00:00Z',
      to: null,
    };
    for (const who of [principal('another-person'), principal('registrar-elsewhere', [registrar as never])]) {
      const answer = await askAs(who);
      expect(answer.data?.['_entities']).toEqual([null, null]);
    }
    const own = await askAs(principal('demo-learner'));
    expect(own.data?.['_entities']).toMatchObject([{ legalName: '陈思远' }, { id: depositId }]);
  });

  it('leave a trail when others read them, and when others are denied', async () => {
    await house.as('admin').must('query ($id: ID!) { learner(id: $id) { legalName } }', { id: learnerId });
    await strangers[0]![1].ask('query ($id: ID!) { deposit(id: $id) { title } }', { id: depositId });
    const rows = await house.sql<{ actor: string; outcome: string }>(
      `select actor, action, outcome, subject_id from learners.audit_event
       where subject_id in ($1, $2) and action like 'READ%'`,
      [learnerId, depositId],
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ actor: 'demo-admin', outcome: 'ALLOWED', subject_id: learnerId }),
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ actor: 'another-person', outcome: 'DENIED', subject_id: depositId }),
    );
    expect(rows.filter(({ actor }) => actor === 'demo-learner')).toEqual([]);
  });
});

describe('a grant', () => {
  it('that is revoked stops working within a second', async () => {
    const { id, version } = await give('short-lived', 'REGISTRAR', university);
    const person = await house.asSubject('short-lived');
    const query = '{ deposits(first: 1) { totalCount } }';
    expect((await person.must(query)).deposits.totalCount).toBeGreaterThan(0);
    const input = { grantId: id, expectedVersion: version, reason: 'the end of the test' };
    const payload = await house.as('secretariat').mutate('revokeGrant', 'RevokeGrantInput', input);
    expect(payload.userErrors).toEqual([]);
    const revokedAt = Date.now();
    for (;;) {
      const asked = Date.now();
      const { data } = await person.ask(query);
      if ((data?.deposits?.totalCount ?? 0) === 0) break;
      expect(asked - revokedAt).toBeLessThan(1_000);
    }
  });
});
