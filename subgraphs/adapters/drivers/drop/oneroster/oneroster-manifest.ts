import { parse } from 'csv-parse/sync';
import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import { decodedPieces } from '../text-encoding.js';
import { oneRosterFiles, type OneRosterFile, type OneRosterVersion } from './oneroster-files.js';

/** How a file is delivered: all its rows, or those that changed since the delivery before. */
type Processing = 'bulk' | 'delta';

/** What a delivery says about itself. */
export interface OneRosterManifest {
  readonly version: OneRosterVersion;
  /** Files that the school vouches for; the others are absent. */
  readonly files: ReadonlyMap<OneRosterFile, Processing>;
}

/** Manifests have two dozen lines; a larger one is none. */
const maxBytes = 64 * 1024;

/**
 * Reads `manifest.csv`. The oldest exporters write none of the version lines; then it is a manifest of 1.1, the first
 * version that has manifests.
 * @throws AmrloError `FILE_UNREADABLE` for another version or a file that is neither `bulk`, `delta` nor `absent`
 */
export function readOneRosterManifest(content: Buffer): OneRosterManifest {
  if (content.length > maxBytes) throw refuse('FILE_UNREADABLE', { detail: `manifest.csv: > ${maxBytes}` });
  const values = new Map<string, string>();
  for (const [name = '', value = ''] of linesOf(content).slice(1)) {
    values.set(name.trim().toLowerCase(), value.trim().toLowerCase());
  }
  const version = values.get('oneroster.version') ?? (values.has('manifest.version') ? '?' : '1.1');
  if (version !== '1.1' && version !== '1.2')
    throw refuse('FILE_UNREADABLE', { detail: `oneroster.version ${version.slice(0, 20)}: 1.1, 1.2` });
  const files = new Map<OneRosterFile, Processing>();
  for (const file of oneRosterFiles) {
    // Real exporters leave the value empty for what they do not deliver.
    const processing = values.get(`file.${file}`) || 'absent';
    if (processing === 'bulk' || processing === 'delta') files.set(file, processing);
    else if (processing !== 'absent')
      throw refuse('FILE_UNREADABLE', {
        detail: `file.${file} ${processing.slice(0, 20)}: bulk, delta, absent`,
      });
  }
  return { version, files };
}

function linesOf(content: Buffer): string[][] {
  const text = [...decodedPieces(content, 'auto')].join('');
  try {
    return parse(text, { relaxColumnCount: true, skipEmptyLines: true });
  } catch (error) {
    const { lines } = error as { lines?: number };
    throw refuse('FILE_UNREADABLE', { detail: `manifest.csv, line ${lines ?? '?'}` });
  }
}
