import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { DeliveryFiles, DeliveryFormat } from './delivery-format.js';
import { tooLarge, type DeliveryLimits } from './delivery-limits.js';
import { fileState, type DeliveryPlace, type PlacedFile } from './delivery-place.js';
import { unzip } from './zip-entries.js';

/**
 * The files of a delivery, all of them as they were at one moment; null when one changed while it was read, then the
 * delivery is not finished. A zip holds files of the format only, and no folders.
 * @throws AmrloError `FILE_UNREADABLE` or `DELIVERY_TOO_LARGE`
 */
export async function readDeliveryFiles(
  place: DeliveryPlace,
  format: DeliveryFormat,
  limits: DeliveryLimits,
): Promise<DeliveryFiles | null> {
  if (place.isZip) {
    const [file] = place.files;
    const content = file && (await readWhole(file, limits, 'maxPackedBytes'));
    if (!content) return null;
    return unzip(content, limits, (name) => {
      if (/[\\/]/.test(name) || !format.accepts(name))
        throw refuse('FILE_UNREADABLE', { detail: name.slice(0, 80) });
      return true;
    });
  }
  if (place.files.length > limits.maxFiles)
    throw refuse('FILE_UNREADABLE', { detail: `> ${limits.maxFiles} files` });
  const total = place.files.reduce((sum, { size }) => sum + size, 0);
  if (total > limits.maxTotalBytes) throw tooLarge(place.name, limits, 'maxTotalBytes');
  const files = new Map<string, Buffer>();
  for (const file of place.files) {
    const content = await readWhole(file, limits, 'maxFileBytes');
    if (content === null) return null;
    files.set(file.name, content);
  }
  return files;
}

/** A file's bytes; null when it is no longer what was seen. Never more is read than was seen, and no link is followed. */
async function readWhole(
  file: PlacedFile,
  limits: DeliveryLimits,
  option: 'maxPackedBytes' | 'maxFileBytes',
): Promise<Buffer | null> {
  if (file.size > limits[option]) throw tooLarge(file.name, limits, option);
  try {
    const handle = await open(file.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (fileState(await handle.stat({ bigint: true })) !== file.state) return null;
      const content = Buffer.alloc(file.size);
      let read = 0;
      while (read < file.size) {
        const { bytesRead } = await handle.read(content, read, file.size - read, read);
        if (bytesRead === 0) return null;
        read += bytesRead;
      }
      return fileState(await handle.stat({ bigint: true })) === file.state ? content : null;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP') return null;
    throw new AmrloError('FILE_UNREADABLE', { detail: `${file.name}: ${code ?? '?'}` }, { cause: error });
  }
}
