import type { lookup as dnsLookup } from 'node:dns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWebhookSender } from '../../subgraphs/institutions/webhooks/webhook-sender.js';
import { httpReceiver, type HttpReceiver } from './webhook-receiver.js';

let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await httpReceiver((path) => {
    switch (path) {
      case '/long':
        return { status: 500, body: 'x'.repeat(100_000) };
      case '/nul':
        return { status: 400, body: Buffer.from([0x61, 0x00, 0x62, 0xff]) };
      case '/moved':
        return { status: 302, headers: { location: '/elsewhere' } };
      case '/silent':
        return undefined;
      default:
        return { status: 200, body: 'ok' };
    }
  });
});
afterAll(async () => receiver[Symbol.asyncDispose]());

const message = { headers: { 'webhook-id': 'hdel_1' }, body: '{"type":"TEST"}' };
/** A sender for the receiver of this machine, which production would refuse. */
const trusting = createWebhookSender({ acceptable: () => undefined, mayReach: () => true, timeoutMs: 500 });
/** Resolves every name to the addresses given, as a name server would. */
const resolvingTo = (...addresses: string[]) =>
  ((_: string, __: unknown, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof dnsLookup;

describe('the sender', () => {
  test('posts the body as it is, with its headers', async () => {
    expect(await trusting({ ...message, url: `${receiver.url}/ok` })).toEqual({
      status: 200,
      response: 'ok',
    });
    expect(receiver.received.at(-1)).toMatchObject({
      path: '/ok',
      body: message.body,
      headers: { 'webhook-id': 'hdel_1' },
    });
  });

  test('keeps a kilobyte of the answer, and nothing that PostgreSQL cannot store', async () => {
    const long = await trusting({ ...message, url: `${receiver.url}/long` });
    expect(long).toEqual({ status: 500, response: 'x'.repeat(1024) });
    expect(await trusting({ ...message, url: `${receiver.url}/nul` })).toEqual({
      status: 400,
      response: 'a\u{FFFD}b\u{FFFD}',
    });
  });

  test('follows no redirect', async () => {
    expect(await trusting({ ...message, url: `${receiver.url}/moved` })).toMatchObject({ status: 302 });
    expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test('says why no answer came', async () => {
    expect(await trusting({ ...message, url: `${receiver.url}/silent` })).toEqual({
      status: null,
      failure: 'TIMEOUT',
    });
    expect(await trusting({ ...message, url: 'http://127.0.0.1:1/' })).toEqual({
      status: null,
      failure: 'UNREACHABLE',
    });
  });
});

describe('the sender of production', () => {
  const port = () => new URL(receiver.url).port;
  const before = () => receiver.received.length;

  test.each([
    ['this machine', ['127.0.0.1']],
    ['this machine in the sixth version', ['::1']],
    ['the metadata of the cloud', ['169.254.169.254']],
    ['a private network', ['10.0.0.7']],
    ['an address inside among public ones', ['93.184.216.34', '192.168.1.1']],
    ['an address that wraps a private one', ['::ffff:127.0.0.1']],
    ['no address', []],
  ])('makes no connection where a public name leads to %s', async (_, addresses) => {
    const send = createWebhookSender({ lookup: resolvingTo(...addresses) });
    const seen = before();
    const url = `https://hooks.example.edu.cn:${port()}/`;
    expect(await send({ ...message, url })).toEqual({ status: null, failure: 'ADDRESS_REFUSED' });
    expect(before()).toBe(seen);
  });

  test.each([
    'https://127.0.0.1',
    'https://[::1]',
    'http://hooks.example.edu.cn',
    'https://localhost',
    'nonsense',
  ])('does not even resolve %s, whatever stands in its row', async (url) => {
    let asked = false;
    const lookup = (() => (asked = true)) as unknown as typeof dnsLookup;
    const send = createWebhookSender({ lookup });
    expect(await send({ ...message, url })).toEqual({ status: null, failure: 'ADDRESS_REFUSED' });
    expect(asked).toBe(false);
  });

  test('connects to the very address that was judged', async () => {
    const send = createWebhookSender({
      acceptable: () => undefined,
      mayReach: (address) => address === '127.0.0.1',
      lookup: resolvingTo('127.0.0.1'),
    });
    expect(await send({ ...message, url: `http://hooks.example.edu.cn:${port()}/named` })).toMatchObject({
      status: 200,
    });
    expect(receiver.received.at(-1)).toMatchObject({ path: '/named' });
  });
});
