import { AmrloError } from '../../base/errors/amrlo-error.js';

/** Keys of 32 bytes by id. */
export type KeyRing = ReadonlyMap<string, Uint8Array>;

const keyBytes = 32;

/**
 * A key of exactly 32 bytes, from base64 or base64url text or from bytes.
 * @throws AmrloError `KEY_SETTING_INVALID`; `name` is how the message calls the key.
 */
export function readKey(key: string | Uint8Array, name: string): Buffer {
  if (typeof key === 'string' && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(key))
    throw invalid(`${name} is not base64`);
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.from(key);
  if (bytes.length !== keyBytes) throw invalid(`${name} has ${bytes.length} bytes, ${keyBytes} are needed`);
  return bytes;
}

function invalid(detail: string): AmrloError {
  return new AmrloError('KEY_SETTING_INVALID', { detail });
}
