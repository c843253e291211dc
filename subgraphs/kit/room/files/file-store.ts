import { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.js';
import { refuse } from '../../base/errors/amrlo-error.js';
import { createFileLinks, type DownloadClaim, type FileLinks } from './file-links.js';
import { checkedKey, safeFileName } from './file-name.js';
import type { FileStorage } from './file-storage.js';
import { ObjectLedger } from './object-ledger.js';
import { UploadLedger, type StoredFile, type UploadRequest } from './upload-ledger.js';
import { UploadLocks } from './upload-locks.js';

/** A whole file: what is known of it and its bytes. */
export interface OpenedFile {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** The name the client gave, made safe to show; null when it gave none. */
  readonly fileName: string | null;
  /** Opened when the first byte is read, so an unread stream holds nothing. */
  readonly stream: Readable;
}

/** Which file a download link is for. */
export interface DownloadRequest {
  /** A key of `put`, or the id of a finished upload. */
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
  /** The subject who gets the link; named in the audit of every use. */
  readonly subject: string;
}

/** A use of a download link, told before the first byte is sent. */
export interface DownloadEvent {
  readonly subject: string;
  readonly key: string;
  readonly at: Date;
  readonly outcome: 'SENT' | 'EXPIRED';
}

/** The file store of a room. Files never travel through GraphQL: a mutation gives a link, later ones take the id. */
export interface FileStore {
  /**
   * Allows one upload and gives its link: tus (PATCH, HEAD) and a plain PUT of the whole body work on it until it
   * expires or the file is whole. @throws AmrloError `INPUT_INVALID`, `FILE_TOO_LARGE`
   */
  createUpload(request: UploadRequest): Promise<{ uploadId: string; url: string; expiresAt: Date }>;
  /**
   * A finished upload of this owner (and purpose, where one is named).
   * @throws AmrloError `UPLOAD_NOT_FOUND`: unfinished, absent and foreign look the same
   */
  open(uploadId: string, owner: string, purpose?: string): Promise<OpenedFile>;
  /** Removes an upload with its bytes. @throws AmrloError `UPLOAD_NOT_FOUND` */
  discard(uploadId: string, owner: string): Promise<void>;
  /** A link that expires; each use is audited. @throws AmrloError `FILE_NOT_FOUND` */
  download(request: DownloadRequest): Promise<string>;
  /** Writes a file of this house under a key, replacing the one before as a whole. */
  put(
    key: string,
    source: Readable | Uint8Array | string,
    options?: { maxBytes?: number },
  ): Promise<StoredFile>;
  /** Removes a file of `put`; nothing happens when it is not there. */
  remove(key: string): Promise<void>;
  /** Removes uploads never finished and leftovers of crashes; for a daily job. @returns how many files went */
  sweep(): Promise<number>;
  /**
   * Says who writes the use of links into an audit trail. The store is opened before the room whose trail it is; until
   * then no link is answered.
   */
  auditDownloads(audit: DownloadAudit): void;
  /** What the HTTP routes need; rooms leave it alone. */
  readonly routing: FileRouting;
}

/** Called before a byte is sent; when it fails, nothing is sent. */
export type DownloadAudit = (event: DownloadEvent) => Promise<void>;

/** The inside of a file store, for `createFileRoutes`. */
export interface FileRouting {
  readonly storage: FileStorage;
  readonly locks: UploadLocks;
  readonly uploads: UploadLedger;
  readonly links: FileLinks;
  readonly clock: Clock;
  /** Checks a download token, tells the audit unless told otherwise, and gives the file. */
  admitDownload(token: string, audited: boolean): Promise<{ claim: DownloadClaim; file: StoredFile }>;
}

/** How a file store is set up. Every process that makes or serves links of it gets the same storage and secret. */
export interface FileStoreOptions {
  readonly storage: FileStorage;
  /** At least 32 bytes; links are signed with keys derived from it. */
  readonly secret: string | Uint8Array;
  readonly clock: Clock;
  /** Where the routes are reached: a path such as `/files` (links are then relative) or a public URL. */
  readonly baseUrl?: string;
  /** A day by default. */
  readonly uploadLifetimeMs?: number;
  /** Ten minutes by default. */
  readonly downloadLifetimeMs?: number;
  /** Who audits the use of links, where it is known by now; see `auditDownloads`. */
  readonly onDownload?: DownloadAudit;
}

const dayMs = 24 * 60 * 60 * 1000;
const tenMinutesMs = 10 * 60 * 1000;

/** Makes a file store. @throws AmrloError `KEY_SETTING_INVALID` when the secret is too short */
export function createFileStore(options: FileStoreOptions): FileStore {
  const { storage, clock } = options;
  const baseUrl = (options.baseUrl ?? '/files').replace(/\/+$/, '');
  const links = createFileLinks({ secret: options.secret, baseUrl, clock });
  const locks = new UploadLocks();
  const uploads = new UploadLedger(storage, locks, clock);
  const objects = new ObjectLedger(storage, clock);
  let audit: DownloadAudit =
    options.onDownload ??
    (() => Promise.reject(new Error('Nobody audits the downloads of this file store yet.')));

  async function ownTicket(uploadId: string, owner: string, purpose?: string) {
    const ticket = await uploads.ticket(uploadId);
    if (ticket.owner !== owner || (purpose !== undefined && ticket.purpose !== purpose)) {
      throw refuse('UPLOAD_NOT_FOUND', { uploadId });
    }
    return ticket;
  }

  return {
    async createUpload(request) {
      const { uploadId, expiresAt } = await uploads.create(request, options.uploadLifetimeMs ?? dayMs);
      const until = new Date(expiresAt);
      return { uploadId, url: links.uploadUrl(uploadId, until), expiresAt: until };
    },

    async open(uploadId, owner, purpose) {
      const ticket = await ownTicket(uploadId, owner, purpose);
      const file = await uploads.completed(ticket);
      if (file === undefined) throw refuse('UPLOAD_NOT_FOUND', { uploadId });
      const stream = Readable.from(chunksOf(storage, file.blob), { objectMode: false });
      return { bytes: file.bytes, sha256: file.sha256, fileName: ticket.fileName ?? null, stream };
    },

    async discard(uploadId, owner) {
      await uploads.discard(await ownTicket(uploadId, owner));
    },

    async download({ key, fileName, contentType, subject }) {
      const folder = key.startsWith('upl_') ? 'complete' : 'objects';
      const name = folder === 'objects' ? checkedKey(key) : key;
      if ((await storage.readDocument(folder, name)) === undefined) throw refuse('FILE_NOT_FOUND');
      const expires = clock.now().getTime() + (options.downloadLifetimeMs ?? tenMinutesMs);
      return links.downloadUrl({
        folder,
        name,
        fileName: safeFileName(fileName),
        contentType,
        subject,
        expires,
      });
    },

    async put(key, source, limits = {}) {
      const stream = source instanceof Readable ? source : Readable.from([Buffer.from(source as string)]);
      return objects.put(checkedKey(key), stream, limits.maxBytes ?? Number.MAX_SAFE_INTEGER);
    },

    async remove(key) {
      await objects.remove(checkedKey(key));
    },

    async sweep() {
      return (await uploads.sweep()) + (await objects.sweep());
    },

    auditDownloads(next) {
      audit = next;
    },

    routing: {
      storage,
      locks,
      uploads,
      links,
      clock,
      async admitDownload(token, audited) {
        const claim = links.readDownloadToken(token);
        const at = clock.now();
        const expired = at.getTime() >= claim.expires;
        const file = expired ? undefined : await storage.readDocument<StoredFile>(claim.folder, claim.name);
        if (!expired && file === undefined) throw refuse('FILE_NOT_FOUND');
        if (audited || expired) {
          const outcome = expired ? 'EXPIRED' : 'SENT';
          await audit({ subject: claim.subject, key: claim.name, at, outcome });
        }
        if (file === undefined) throw refuse('FILE_LINK_EXPIRED');
        return { claim, file };
      },
    },
  };
}

async function* chunksOf(storage: FileStorage, blob: string): AsyncGenerator<Buffer> {
  yield* await storage.readBlob(blob);
}
