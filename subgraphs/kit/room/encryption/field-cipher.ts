import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import { readKey, type KeyRing } from './key-ring.js';

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/** What a field cipher is made of. Keys are 32 bytes, as base64 text or as bytes. */
export interface FieldCipherOptions {
  /** The keys by id; old ones stay until no row needs them (`needsRotation`). */
  readonly keys: KeyRing | Readonly<Record<string, string | Uint8Array>>;
  /** Id of the key that seals new values. */
  readonly current: string;
  /** The key of the hashes by which sealed values are found; it is not rotated with the others. */
  readonly lookupKey: string | Uint8Array;
}

/**
 * Encrypts single columns with AES-256-GCM. A sealed value carries the id of its key, so keys rotate row by row.
 * IVs are random: a key must seal fewer than 2^32 values (NIST SP 800-38D section 8.3), then a new one is due.
 */
export interface FieldCipher {
  /**
   * Seals a text as `v1.<key id>.<iv>.<ciphertext and tag>` (base64url).
   * @param context names table, column and row, for example `person_identity.value:pid_…`; it is authenticated, so a
   *   sealed value that was copied into another row does not open.
   */
  seal(plain: string, context: string): string;
  /**
   * Opens a sealed text.
   * @throws AmrloError `CIPHER_KEY_UNKNOWN` when its key is not configured, `CIPHERTEXT_INVALID` when it was tampered
   *   with, cut, or sealed for another context.
   */
  open(sealed: string, context: string): string;
  /**
   * A keyed hash (HMAC-SHA-256, 43 characters) for equality search and unique indexes. Spaces, hyphens, letter case and
   * full-width forms do not matter. The purpose keeps hashes of different columns from being compared.
   */
  lookup(value: string, purpose?: string): string;
  /** Whether a sealed text should be sealed anew because its key is not the current one. */
  needsRotation(sealed: string): boolean;
}

/**
 * Makes a field cipher.
 * @throws AmrloError `KEY_SETTING_INVALID` when a key has the wrong length or the current one is missing.
 */
export function createFieldCipher(options: FieldCipherOptions): FieldCipher {
  const given = options.keys instanceof Map ? [...options.keys] : Object.entries(options.keys);
  const keys = new Map<string, Buffer>(
    given.map(([id, key]: [string, string | Uint8Array]) => [id, readKey(key, `key "${id}"`)]),
  );
  const lookupKey = readKey(options.lookupKey, 'the lookup key');
  const currentKey = keys.get(options.current);
  if (currentKey === undefined) {
    throw new AmrloError('KEY_SETTING_INVALID', {
      detail: `the current key "${options.current}" is not in the list`,
    });
  }

  return {
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', currentKey, iv, { authTagLength: tagBytes });
      cipher.setAAD(associatedData(options.current, context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [version, options.current, iv.toString('base64url'), body.toString('base64url')].join('.');
    },

    open(sealed, context) {
      const { keyId, iv, body } = takeApart(sealed);
      const key = keys.get(keyId);
      if (key === undefined) throw new AmrloError('CIPHER_KEY_UNKNOWN', { keyId });
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
        decipher.setAAD(associatedData(keyId, context));
        decipher.setAuthTag(body.subarray(body.length - tagBytes));
        return Buffer.concat([
          decipher.update(body.subarray(0, body.length - tagBytes)),
          decipher.final(),
        ]).toString('utf8');
      } catch {
        throw new AmrloError('CIPHERTEXT_INVALID');
      }
    },

    lookup(value, purpose = '') {
      return createHmac('sha256', lookupKey)
        .update(`${purpose}\0${normalForm(value)}`)
        .digest('base64url');
    },

    needsRotation(sealed) {
      return takeApart(sealed).keyId !== options.current;
    },
  };
}

/** The key id is authenticated too, so that a value cannot be relabelled. */
function associatedData(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}\0${keyId}\0${context}`, 'utf8');
}

function takeApart(sealed: string): { keyId: string; iv: Buffer; body: Buffer } {
  const parts = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(sealed);
  if (parts === null) throw new AmrloError('CIPHERTEXT_INVALID');
  const [, keyId = '', ivText = '', bodyText = ''] = parts;
  const iv = Buffer.from(ivText, 'base64url');
  const body = Buffer.from(bodyText, 'base64url');
  // Base64url has spare bits at its end: without this, two texts would open to the same value.
  const canonical = iv.toString('base64url') === ivText && body.toString('base64url') === bodyText;
  if (!canonical || iv.length !== ivBytes || body.length < tagBytes)
    throw new AmrloError('CIPHERTEXT_INVALID');
  return { keyId, iv, body };
}

function normalForm(value: string): string {
  return value
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
}
