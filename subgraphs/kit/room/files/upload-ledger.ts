import { Upload } from '@tus/server';
import type { Clock } from '../../base/clock.js';
import { refuse } from '../../base/errors/amrlo-error.js';
import { isIdOf, newId } from '../../base/ids.js';
import { safeFileName } from './file-name.js';
import { sha256Of, type FileStorage } from './file-storage.js';
import type { UploadLocks } from './upload-locks.js';

/** What a room asks for when somebody may upload one file. */
export interface UploadRequest {
  /** The subject who may use the upload afterwards. */
  readonly owner: string;
  /** What the file is for, for example `ROSTER_IMPORT`; an upload for one purpose serves no other. */
  readonly purpose: string;
  readonly maxBytes: number;
  /** The exact size where the client knows it; tus clients can then resume without being told that it is deferred. */
  readonly bytes?: number;
  readonly fileName?: string;
  /** The expected SHA-256 in hexadecimal; a file with another one is discarded. */
  readonly sha256?: string;
}

/** An upload as it was allowed. */
export interface UploadTicket extends UploadRequest {
  readonly uploadId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** A blob that is whole. */
export interface StoredFile {
  readonly blob: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** RFC 3339. */
  readonly storedAt: string;
}

/** After the link has expired, a transfer that began before gets this long to end. */
const graceMs = 60 * 60 * 1000;

/** Knows every upload: what was allowed, what of it is there, and whether it is whole. */
export class UploadLedger {
  readonly #storage: FileStorage;
  readonly #locks: UploadLocks;
  readonly #clock: Clock;

  constructor(storage: FileStorage, locks: UploadLocks, clock: Clock) {
    this.#storage = storage;
    this.#locks = locks;
    this.#clock = clock;
  }

  /** @throws AmrloError `INPUT_INVALID`, `FILE_TOO_LARGE` */
  async create(request: UploadRequest, lifetimeMs: number): Promise<UploadTicket> {
    const { owner, maxBytes, bytes, sha256 } = request;
    if (owner === '') throw refuse('INPUT_INVALID', { detail: 'an upload needs an owner' });
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
      throw refuse('INPUT_INVALID', { detail: 'maxBytes is not a size' });
    if (bytes !== undefined && (!Number.isSafeInteger(bytes) || bytes < 0)) {
      throw refuse('INPUT_INVALID', { detail: 'bytes is not a size' });
    }
    if (bytes !== undefined && bytes > maxBytes) throw refuse('FILE_TOO_LARGE', { max: maxBytes });
    if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256)) {
      throw refuse('INPUT_INVALID', { detail: 'sha256 is not 64 hexadecimal digits' });
    }
    const ticket: UploadTicket = {
      uploadId: newId('Upload'),
      owner,
      purpose: request.purpose,
      maxBytes,
      bytes,
      sha256: sha256?.toLowerCase(),
      fileName: request.fileName === undefined ? undefined : safeFileName(request.fileName),
      expiresAt: new Date(this.#clock.now().getTime() + lifetimeMs).toISOString(),
    };
    await this.#storage.writeDocument('uploads', ticket.uploadId, ticket);
    return ticket;
  }

  /** @throws AmrloError `UPLOAD_NOT_FOUND` */
  async ticket(uploadId: string): Promise<UploadTicket> {
    const ticket = isIdOf('Upload', uploadId)
      ? await this.#storage.readDocument<UploadTicket>('uploads', uploadId)
      : undefined;
    if (ticket === undefined) throw refuse('UPLOAD_NOT_FOUND', { uploadId: safeFileName(uploadId) });
    return ticket;
  }

  /** The whole file; undefined while it is not whole. A file whose last byte came just before a crash is finished here. */
  async completed(ticket: UploadTicket): Promise<StoredFile | undefined> {
    const already = await this.#completion(ticket);
    // Looked at before the lock is asked for: asking for it would break off a transfer that is going on.
    if (already !== undefined || !(await this.#isFull(ticket))) return already;
    return this.#locks.during(ticket.uploadId, async () => {
      const known = await this.#completion(ticket);
      return known ?? ((await this.#isFull(ticket)) ? this.#seal(ticket) : undefined);
    });
  }

  /** Whether the file is whole and finished; finishes nothing. */
  async isFinished(ticket: UploadTicket): Promise<boolean> {
    return (await this.#completion(ticket)) !== undefined;
  }

  /** Makes sure that there is a blob to write to: the first transfer makes it, and so does the first one after a discard. */
  async prepare(ticket: UploadTicket): Promise<void> {
    if ((await this.#blob(ticket)) !== undefined) return;
    await this.#locks.during(ticket.uploadId, async () => {
      if ((await this.#blob(ticket)) === undefined) await this.#begin(ticket, ticket.bytes);
    });
  }

  /**
   * Throws away what is there of an unfinished file, for a client that sends it as a whole.
   * @throws AmrloError `UPLOAD_FINISHED`
   */
  async restart(ticket: UploadTicket, bytes: number | undefined): Promise<void> {
    await this.#locks.during(ticket.uploadId, async () => {
      if ((await this.#completion(ticket)) !== undefined) throw refuse('UPLOAD_FINISHED');
      if (await this.#isFull(ticket)) {
        await this.#seal(ticket);
        throw refuse('UPLOAD_FINISHED');
      }
      await this.#storage.removeBlob(ticket.uploadId);
      await this.#begin(ticket, bytes ?? ticket.bytes);
    });
  }

  /** Removes an upload in whatever state it is. */
  async discard(ticket: UploadTicket): Promise<void> {
    await this.#locks.during(ticket.uploadId, async () => {
      // The completion goes first: what is left after a crash is an unfinished upload, which the sweep removes.
      await this.#storage.removeDocument('complete', ticket.uploadId);
      await this.#storage.removeBlob(ticket.uploadId);
      await this.#storage.removeDocument('uploads', ticket.uploadId);
    });
  }

  /** Removes the uploads that were never finished in time. @returns how many */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const uploadId of await this.#storage.documentNames('uploads')) {
      const ticket = await this.#storage.readDocument<UploadTicket>('uploads', uploadId);
      if (ticket === undefined || this.#clock.now().getTime() < Date.parse(ticket.expiresAt) + graceMs)
        continue;
      if ((await this.#completion(ticket)) !== undefined) continue;
      await this.discard(ticket);
      removed += 1;
    }
    return removed;
  }

  #completion(ticket: UploadTicket): Promise<StoredFile | undefined> {
    return this.#storage.readDocument<StoredFile>('complete', ticket.uploadId);
  }

  async #begin(ticket: UploadTicket, bytes: number | undefined): Promise<void> {
    await this.#storage.blobs.create(new Upload({ id: ticket.uploadId, offset: 0, size: bytes }));
  }

  async #isFull(ticket: UploadTicket): Promise<boolean> {
    const blob = await this.#blob(ticket);
    return blob !== undefined && blob.size === blob.offset;
  }

  async #blob(ticket: UploadTicket): Promise<Upload | undefined> {
    try {
      return await this.#storage.blobs.getUpload(ticket.uploadId);
    } catch (error) {
      const status = (error as { status_code?: number }).status_code;
      if (status === 404 || status === 410) return undefined;
      throw error;
    }
  }

  /** @throws AmrloError `FILE_CHECKSUM_MISMATCH`, and the bytes are gone, so that the same link can be used anew. */
  async #seal(ticket: UploadTicket): Promise<StoredFile> {
    const { uploadId } = ticket;
    const bytes = (await this.#blob(ticket))?.offset ?? 0;
    await this.#storage.settle(uploadId, bytes);
    const sha256 = await sha256Of(await this.#storage.readBlob(uploadId));
    if (ticket.sha256 !== undefined && ticket.sha256 !== sha256) {
      await this.#storage.removeBlob(uploadId);
      throw refuse('FILE_CHECKSUM_MISMATCH');
    }
    const file: StoredFile = { blob: uploadId, bytes, sha256, storedAt: this.#clock.now().toISOString() };
    await this.#storage.writeDocument('complete', uploadId, file);
    return file;
  }
}
