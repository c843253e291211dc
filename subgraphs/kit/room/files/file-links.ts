import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import { createFieldCipher } from '../encryption/field-cipher.js';

/** What a download link allows, to whom and until when. */
export interface DownloadClaim {
  /** The folder and name of the document that says which blob is meant. */
  readonly folder: 'objects' | 'complete';
  readonly name: string;
  readonly fileName: string;
  readonly contentType: string;
  /** The subject who asked for the link. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Makes and checks the links that carry the right to one file; whoever has the link has the right. */
export interface FileLinks {
  uploadUrl(uploadId: string, expiresAt: Date): string;
  /** @throws AmrloError `FILE_LINK_INVALID` (also for the token of another upload) or `FILE_LINK_EXPIRED`. */
  checkUploadToken(uploadId: string, token: string | null): void;
  downloadUrl(claim: DownloadClaim): string;
  /** The claim of a genuine token, expired or not. @throws AmrloError `FILE_LINK_INVALID`. */
  readDownloadToken(token: string): DownloadClaim;
}

/** Fewer bytes than this do not make a secret. */
const leastSecretBytes = 32;

/**
 * @param options.secret at least 32 bytes, the same in every process that makes or serves links
 * @param options.baseUrl the path or the public URL under which the routes are mounted, without a slash at the end
 */
export function createFileLinks(options: {
  secret: string | Uint8Array;
  baseUrl: string;
  clock: Clock;
}): FileLinks {
  const secret =
    typeof options.secret === 'string' ? Buffer.from(options.secret, 'utf8') : Buffer.from(options.secret);
  if (secret.length < leastSecretBytes) {
    throw new AmrloError('KEY_SETTING_INVALID', {
      detail: `the secret of file links has ${secret.length} bytes, ${leastSecretBytes} are needed`,
    });
  }
  const macKey = Buffer.from(hkdfSync('sha256', secret, '', 'upload-links', 32));
  // Download links are sealed, not only signed: they hold a person's subject and a file name, and links end up in logs.
  const cipher = createFieldCipher({
    keys: { d: Buffer.from(hkdfSync('sha256', secret, '', 'download-links', 32)) },
    current: 'd',
    lookupKey: macKey,
  });
  const mac = (uploadId: string, expires: string) =>
    createHmac('sha256', macKey).update(`${uploadId}\0${expires}`).digest();

  return {
    uploadUrl(uploadId, expiresAt) {
      const expires = expiresAt.getTime().toString(36);
      return `${options.baseUrl}/uploads/${uploadId}?token=${expires}.${mac(uploadId, expires).toString('base64url')}`;
    },

    checkUploadToken(uploadId, token) {
      const [, expires = '', given = ''] = /^([0-9a-z]{1,11})\.([\w-]{43})$/.exec(token ?? '') ?? [];
      const expected = mac(uploadId, expires);
      const bytes = Buffer.from(given, 'base64url');
      const genuine =
        bytes.length === expected.length &&
        timingSafeEqual(bytes, expected) &&
        // The last character of base64url has spare bits; only one way of writing a token is accepted.
        bytes.toString('base64url') === given;
      if (!genuine) throw refuse('FILE_LINK_INVALID');
      if (options.clock.now().getTime() >= Number.parseInt(expires, 36)) throw refuse('FILE_LINK_EXPIRED');
    },

    downloadUrl(claim) {
      return `${options.baseUrl}/downloads/${cipher.seal(JSON.stringify(claim), 'download')}`;
    },

    readDownloadToken(token) {
      try {
        return JSON.parse(cipher.open(token, 'download')) as DownloadClaim;
      } catch {
        throw refuse('FILE_LINK_INVALID');
      }
    },
  };
}
