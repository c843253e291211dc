import { randomUUID } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Upload } from '@tus/server';
import type { Clock } from '../../base/clock.js';
import { refuse } from '../../base/errors/amrlo-error.js';
import { sha256Of, type FileStorage } from './file-storage.js';
import type { StoredFile } from './upload-ledger.js';

/** A write that takes longer than this has died. */
const longestWriteMs = 24 * 60 * 60 * 1000;

/** The files that this house writes itself (exports, certificates), by key; a key names the whole new file or the old. */
export class ObjectLedger {
  readonly #storage: FileStorage;
  readonly #clock: Clock;

  constructor(storage: FileStorage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** @throws AmrloError `FILE_TOO_LARGE`, or what the source throws; the key then names what it named before. */
  async put(key: string, source: Readable, maxBytes: number): Promise<StoredFile> {
    const blob = randomUUID();
    // Written before the blob, so that the sweep finds what a crash leaves.
    await this.#storage.writeDocument('pending', blob, { since: this.#clock.now().toISOString() });
    let file: StoredFile;
    try {
      const bytes = await this.#write(blob, source, maxBytes);
      await this.#storage.settle(blob, bytes);
      const sha256 = await sha256Of(await this.#storage.readBlob(blob));
      file = { blob, bytes, sha256, storedAt: this.#clock.now().toISOString() };
    } catch (error) {
      await this.#storage.removeBlob(blob);
      await this.#storage.removeDocument('pending', blob);
      throw error;
    }
    const previous = await this.find(key);
    await this.#storage.writeDocument('objects', key, file);
    await this.#storage.removeDocument('pending', blob);
    if (previous !== undefined) await this.#storage.removeBlob(previous.blob);
    return file;
  }

  find(key: string): Promise<StoredFile | undefined> {
    return this.#storage.readDocument<StoredFile>('objects', key);
  }

  /** Nothing happens when there is no such file. */
  async remove(key: string): Promise<void> {
    const file = await this.find(key);
    if (file === undefined) return;
    await this.#storage.removeDocument('objects', key);
    await this.#storage.removeBlob(file.blob);
  }

  /** Removes what writes that died have left. @returns how many */
  async sweep(): Promise<number> {
    let removed = 0;
    const blobsInUse = new Set<string>();
    for (const key of await this.#storage.documentNames('objects'))
      blobsInUse.add((await this.find(key))?.blob ?? '');
    for (const blob of await this.#storage.documentNames('pending')) {
      const pending = await this.#storage.readDocument<{ since: string }>('pending', blob);
      if (pending === undefined || this.#clock.now().getTime() - Date.parse(pending.since) < longestWriteMs)
        continue;
      if (!blobsInUse.has(blob)) {
        await this.#storage.removeBlob(blob);
        removed += 1;
      }
      await this.#storage.removeDocument('pending', blob);
    }
    return removed;
  }

  /** The length is not known beforehand: it is declared after the last byte, and an empty write ends the blob. */
  async #write(blob: string, source: Readable, maxBytes: number): Promise<number> {
    const { blobs } = this.#storage;
    await blobs.create(new Upload({ id: blob, offset: 0 }));
    let sent = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sent += chunk.length;
        if (sent > maxBytes) done(refuse('FILE_TOO_LARGE', { max: maxBytes }));
        else done(null, chunk);
      },
    });
    const [sourceEnded, written] = await Promise.allSettled([
      pipeline(source, counted),
      blobs.write(counted, blob, 0),
    ]);
    // The store hides why its source failed, so the source's own reason goes first.
    if (sourceEnded.status === 'rejected') throw sourceEnded.reason;
    if (written.status === 'rejected') throw written.reason;
    await blobs.declareUploadLength(blob, sent);
    await blobs.write(Readable.from([]), blob, sent);
    return sent;
  }
}
