import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';

/**
 * The kinds of value a setting can have. Each reads text, because environments, flags and secret files hold text,
 * and is described by the words that follow "must be" in a refusal.
 */

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number, unit = '') {
  const described = `a whole number${unit === '' ? '' : ` of ${unit}`} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)
    .describe(described);
}

/** `on` or `off`, nothing else: "yes", "1" and "true" mean different things to different people. */
export function onOff() {
  return z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .describe('"on" or "off"');
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words).describe(`one of ${words.join(', ')}`);
}

/** Any text without line breaks. */
export function text(described: string) {
  return z
    .string()
    .regex(/^[^\r\n]+$/)
    .describe(described);
}

/** An absolute URL with one of the given schemes; stays text. */
export function url(schemes: readonly string[]) {
  const allowed = new Set(schemes.map((scheme) => `${scheme}:`));
  return z
    .string()
    .refine((value) => URL.canParse(value) && allowed.has(new URL(value).protocol))
    .describe(`a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
}

const keyBytes = 32;

function readKey(encoded: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return key.length === keyBytes ? key : undefined;
}

/** A symmetric key: 32 bytes in base64. */
export function symmetricKey() {
  return z
    .string()
    .transform((value, context) => readKey(value) ?? refused(context))
    .describe(`${keyBytes} bytes in base64 (openssl rand -base64 ${keyBytes})`);
}

/** Several symmetric keys with their ids, `id:base64,id:base64`; the ids are stored beside what they encrypt. */
export function symmetricKeysById() {
  return z
    .string()
    .transform((value, context): ReadonlyMap<string, Buffer> => {
      const keys = new Map<string, Buffer>();
      for (const part of value.split(',')) {
        const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):(.+)$/.exec(part.trim()) ?? [];
        const key = encoded === undefined ? undefined : readKey(encoded);
        if (id === undefined || key === undefined || keys.has(id)) return refused(context);
        keys.set(id, key);
      }
      return keys;
    })
    .describe(`a list of distinct id:key pairs, separated by commas, each key ${keyBytes} bytes in base64`);
}

/** A private Ed25519 key (PKCS#8, PEM). `\n` may stand for line breaks, since environments are often one line. */
export function ed25519PrivateKey() {
  return z
    .string()
    .transform((value, context) => {
      const pem = withLineBreaks(value);
      return isEd25519(() => createPrivateKey(pem)) ? pem : refused(context);
    })
    .describe('an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)');
}

/** One or more public Ed25519 keys (SPKI, PEM) one after the other. */
export function ed25519PublicKeys() {
  return z
    .string()
    .transform((value, context): readonly string[] => {
      const pems =
        withLineBreaks(value).match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
      const sound = pems.length > 0 && pems.every((pem) => isEd25519(() => createPublicKey(pem)));
      return sound ? pems : refused(context);
    })
    .describe('one or more Ed25519 public keys in PEM, one after the other');
}

function withLineBreaks(value: string): string {
  return value.replaceAll('\\n', '\n');
}

function isEd25519(read: () => { asymmetricKeyType?: string }): boolean {
  try {
    return read().asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

/** The message is never shown: the setting's description says what is expected, and secrets must not be quoted. */
function refused(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: 'refused' });
  return z.NEVER;
}

/** A list of values of one kind, separated by commas. */
export function commaSeparated<T extends z.ZodType<string, string>>(item: T) {
  return z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(item))
    .describe(`${item.description ?? 'values'}, separated by commas`);
}
