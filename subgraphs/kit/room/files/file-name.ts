import { refuse } from '../../base/errors/amrlo-error.js';

const longestName = 150;

/**
 * A file name as it may be shown and offered: the last part of a path, without control characters, characters that
 * Windows refuses, direction marks and leading dots. It is a label only; nothing is ever stored under it.
 */
export function safeFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/gu, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .trim();
  return Array.from(clean).slice(0, longestName).join('') || 'file';
}

/**
 * Checks the key of a directly stored file: words of letters, digits, `.`, `_` and `-`, separated by slashes.
 * @throws AmrloError `INPUT_INVALID`
 */
export function checkedKey(key: string): string {
  const sound = key.length <= 80 && /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/.test(key);
  if (!sound)
    throw refuse('INPUT_INVALID', {
      detail: 'a file key has at most 80 characters: words separated by slashes',
    });
  return key;
}

/** The `Content-Disposition` that offers a file for saving (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
