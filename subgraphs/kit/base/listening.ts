import { once } from 'node:events';
import { createServer } from 'node:net';
import { AmrloError } from './errors/amrlo-error.js';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/**
 * Listens for a moment, so that a start that cannot listen ends before it has opened anything. Somebody else may still
 * be faster: listening itself throws the same.
 * @throws AmrloError `PORT_TAKEN`, `ADDRESS_UNUSABLE`
 */
export async function assertCanListen(address: ListenAddress): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host: address.host, port: address.port });
    await once(server, 'listening');
  } catch (error) {
    throw listenFault(error, address);
  }
  server.close();
  await once(server, 'close');
}

/** What a server threw that could not listen, as an error that says which setting helps; any other error as it is. */
export function listenFault(error: unknown, { host, port }: ListenAddress): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new AmrloError('PORT_TAKEN', { port }, { cause: error });
  if (syscall === undefined) return error;
  return new AmrloError('ADDRESS_UNUSABLE', { host, port, reason: code }, { cause: error });
}
