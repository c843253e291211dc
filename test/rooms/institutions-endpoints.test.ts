import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { acceptableEndpoint } from '../../subgraphs/institutions/schools/endpoint.js';
import {
  admin,
  home,
  idempotencyKey,
  recordFoundingMember,
  secretariat,
  startInstitutions,
} from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

function told(endpoint: string, anywhere: boolean): string {
  try {
    return acceptableEndpoint(endpoint, anywhere);
  } catch (error) {
    return (error as AmrloError).code;
  }
}

describe("the address of a school's adapter", () => {
  test.each([
    'http://[',
    'http://',
    'https://:443/',
    'https://a b/',
    'https://a\tb/',
    'https://a\nb/',
    ' https://school.example/',
    'https:\\\\school.example/',
    'https:school.example',
    'https://school.example:99999/',
    'https://user@school.example/',
    'https://user:pw@school.example/',
    'https://@school.example/',
    'https://:@school.example/',
    'https:///user@school.example/',
    'https://school.example/#',
    'https://school.example/#x',
    'file:///etc/passwd',
    'ftp://school.example/',
    'javascript:alert(1)',
    'local:NXU',
    'local:../x',
    'local:',
    `https://school.example/${'x'.repeat(500)}`,
    `https://school.example/${'学'.repeat(60)}`,
    '',
  ])('is refused to everybody: %j', (endpoint) => {
    for (const anywhere of [true, false]) expect(told(endpoint, anywhere)).toBe('SCHOOL_ENDPOINT_INVALID');
  });

  test.each([
    'local:ningxia-university',
    'http://school.example/graphql',
    'http://ningxia-university:4000/graphql',
    'https://institutions/graphql',
    'https://127.0.0.1/',
    'https://127.0.0.1./',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https:///127.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.100.100.200/latest/meta-data/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://ⓛocalhost/',
    'https://a.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://router.home.arpa/',
  ])('is for the secretariat only: %s', (endpoint) => {
    expect(told(endpoint, false)).toBe('SCHOOL_ENDPOINT_RESERVED');
    expect(told(endpoint, true)).not.toMatch(/^SCHOOL_/);
  });

  test.each([
    ['https://school.example/graphql', 'https://school.example/graphql'],
    ['HTTPS://School.Example:443/graphql?edition=2', 'https://school.example/graphql?edition=2'],
    ['https://教务.例子.cn/', 'https://xn--zfr984b.xn--fsqu00a.cn/'],
    ['https://school.example./a/../graphql', 'https://school.example./graphql'],
    ['https://202.201.128.1/graphql', 'https://202.201.128.1/graphql'],
    ['https://[2001:da8::1]/graphql', 'https://[2001:da8::1]/graphql'],
    ['https://172.32.0.1/', 'https://172.32.0.1/'],
    ['https://local.example/', 'https://local.example/'],
  ])(
    'that is public and over TLS may be given by an administrator, and is kept in its normal form: %s',
    (given, kept) => {
      expect(told(given, false)).toBe(kept);
      expect(told(kept, false)).toBe(kept);
    },
  );

  test('of a private network is found out in every notation of its number', () => {
    const network = fc.constantFrom([0x0a000000, 8], [0x7f000000, 8], [0xa9fe0000, 16], [0xc0a80000, 16]);
    const notation = fc.constantFrom<(number: number) => string>(
      (number) => String(number),
      (number) => `0x${number.toString(16)}`,
      (number) => `0${number.toString(8)}`,
      (number) => [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.'),
      (number) => [24, 16, 8, 0].map((bits) => `0${((number >>> bits) & 255).toString(8)}`).join('.'),
      (number) => `${number >>> 24}.${number & 0xffffff}`,
      (number) => `[::ffff:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}]`,
    );
    fc.assert(
      fc.property(network, fc.nat(0xffffff), notation, ([base, bits], low, write) => {
        const number = (base + (low & (2 ** (32 - bits) - 1))) >>> 0;
        expect(told(`https://${write(number)}/`, false)).toBe('SCHOOL_ENDPOINT_RESERVED');
      }),
    );
  });

  test('is either kept in a form that is kept again, or refused by a code, whatever is given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.webUrl().map((url) => url.slice(0, 200)),
      fc
        .tuple(fc.constantFrom('http://', 'https://'), fc.string({ unit: 'grapheme', maxLength: 30 }))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (endpoint, anywhere) => {
        const kept = told(endpoint, anywhere);
        if (kept.startsWith('SCHOOL_ENDPOINT_')) return;
        expect(acceptableEndpoint(kept, anywhere)).toBe(kept);
        if (!anywhere) expect(kept).toMatch(/^https:\/\//);
      }),
    );
  });
});

describe('connecting and moving a school', () => {
  let room: RoomOnPostgres;
  beforeAll(async () => {
    room = await startInstitutions(home);
    await recordFoundingMember(room, secretariat);
  });
  afterAll(async () => room[Symbol.asyncDispose]());

  async function step(by: Principal, mutation: string, more: object) {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const { data } = await room.ask(
      by,
      `mutation ($input: ${type}!) { step: ${mutation}(input: $input) {
         school { endpoint timeoutMs version } userErrors { code path message } } }`,
      { input: { institutionId: home, kind: 'REST', ...more } },
    );
    return data.step as {
      school: { endpoint: string; timeoutMs: number | null; version: number } | null;
      userErrors: { code: string; path: string[]; message: string }[];
    };
  }
  const connect = (by: Principal, endpoint: string) =>
    step(by, 'connectRecordsSystem', { endpoint, idempotencyKey: idempotencyKey() });
  const inside = 'http://ningxia-university:4000/graphql';

  test('an administrator is told what to do about an address inside, and the secretariat connects it', async () => {
    const refused = await connect(admin, inside);
    expect(refused).toEqual({
      school: null,
      userErrors: [
        {
          code: 'SCHOOL_ENDPOINT_RESERVED',
          path: ['input', 'endpoint'],
          message: expect.stringContaining('let the secretariat connect'),
        },
      ],
    });
    expect((await connect(secretariat, 'http://[')).userErrors[0]?.code).toBe('SCHOOL_ENDPOINT_INVALID');
    expect((await connect(secretariat, inside)).school).toMatchObject({ endpoint: inside, version: 1 });
  });

  test('an administrator changes the limits of an address that the secretariat gave, and moves only outside', async () => {
    const move = (by: Principal, endpoint: string, expectedVersion: number) =>
      step(by, 'moveRecordsSystem', { endpoint, expectedVersion, timeoutMs: 900 });
    const kept = await move(admin, inside, 1);
    expect(kept.school).toEqual({ endpoint: inside, timeoutMs: 900, version: 2 });
    for (const endpoint of ['http://redis:6379/', 'https://169.254.169.254/', 'local:ningxia-university'])
      expect((await move(admin, endpoint, 2)).userErrors[0]?.code).toBe('SCHOOL_ENDPOINT_RESERVED');
    expect((await move(admin, `${inside}#x`, 2)).userErrors[0]?.code).toBe('SCHOOL_ENDPOINT_INVALID');
    const moved = await move(admin, 'https://School.Example/graphql', 2);
    expect(moved.school).toMatchObject({ endpoint: 'https://school.example/graphql', version: 3 });
    expect((await move(admin, inside, 3)).userErrors[0]?.code).toBe('SCHOOL_ENDPOINT_RESERVED');
    expect((await move(secretariat, inside, 3)).school).toMatchObject({ endpoint: inside, version: 4 });
  });
});
