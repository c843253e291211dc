import { AmrloError } from '../errors/amrlo-error.js';

/** Codes of Node and undici that say: the request did not get through, or its connection broke. */
const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether an error of a transport comes from the connection and not from an answer. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof AmrloError) || error.code !== 'UPSTREAM_UNAVAILABLE') return false;
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && connectionCodes.has(code);
}

/**
 * Sends a query a second time when its connection broke: mostly a kept-alive socket that the other side has
 * just closed. A mutation is never repeated, because it may have been carried out before the connection broke.
 */
export async function retriedOnce<T>(
  attempt: () => Promise<T>,
  options: { isMutation: boolean; signal: AbortSignal; onRetry?: () => void },
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (options.isMutation || options.signal.aborted || !isConnectionError(error)) throw error;
    options.onRetry?.();
    return attempt();
  }
}
