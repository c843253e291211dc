import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { assertCanListen, listenFault } from '../../subgraphs/kit/base/listening.js';
import { serveRoom } from '../../subgraphs/kit/room/serve-room.js';

async function holdPort(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** For documentation (RFC 5737), so that no machine has it. */
const nobodys = '192.0.2.1';

describe('before anything is opened it is known', () => {
  test('that a port is taken', async () => {
    await using held = await holdPort();
    await expect(assertCanListen({ host: '127.0.0.1', port: held.port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      parameters: { port: held.port },
    });
  });

  test('that an address is none of this machine', async () => {
    await expect(assertCanListen({ host: nobodys, port: 0 })).rejects.toMatchObject({
      code: 'ADDRESS_UNUSABLE',
      message: expect.stringContaining(`port 0 of ${nobodys} (EADDRNOTAVAIL)`),
    });
  });

  test('that an address is free, and it stays so', async () => {
    const { port, ...held } = await holdPort();
    await held[Symbol.asyncDispose]();
    const address = { host: '127.0.0.1', port };
    await assertCanListen(address);
    await assertCanListen(address);
  });
});

describe('what listening failed with', () => {
  test('is a sentence where the port is not for this user', () => {
    const refused = Object.assign(new Error('listen EACCES: permission denied 0.0.0.0:80'), {
      code: 'EACCES',
      syscall: 'listen',
    });
    const fault = listenFault(refused, { host: '0.0.0.0', port: 80 });
    expect(fault).toBeInstanceOf(AmrloError);
    expect((fault as AmrloError).messageIn('en')).toMatch(/port 80 of 0\.0\.0\.0 \(EACCES\).*1024 or above/);
    expect((fault as AmrloError).messageIn('zh-CN')).toMatch(/0\.0\.0\.0 的端口 80（EACCES）.*PORT/);
  });

  test('stays what it is where no address is to blame', () => {
    const other = new Error('something else');
    expect(listenFault(other, { host: '127.0.0.1', port: 1 })).toBe(other);
  });

  test('is the same sentence for a subgraph of its own', async () => {
    await using held = await holdPort();
    const subgraph = { handle: async () => ({ data: null }), ready: async () => true };
    await expect(serveRoom(subgraph, { host: '127.0.0.1', port: held.port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    });
    await expect(serveRoom(subgraph, { host: nobodys, port: 0 })).rejects.toMatchObject({
      code: 'ADDRESS_UNUSABLE',
    });
  });
});
