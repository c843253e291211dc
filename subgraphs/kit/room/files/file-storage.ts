import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { DataStore } from '@tus/server';

/** The folders of small documents that a storage keeps beside the files. */
export type DocumentFolder = 'uploads' | 'complete' | 'objects' | 'pending' | 'blobs';

/** A part of a file in bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where bytes lie. Blobs are written piece by piece and may be half there; a small document, which is replaced as a
 * whole, says which blobs count. That is what keeps a half file from ever being seen as complete.
 */
export interface FileStorage {
  /** Blobs as tus writes them. */
  readonly blobs: DataStore;
  /** Makes a fully written blob durable. @param bytes its length */
  settle(id: string, bytes: number): Promise<void>;
  readBlob(id: string, range?: ByteRange): Promise<Readable>;
  /** Removes a blob and what tus knows about it; nothing happens when it is not there. */
  removeBlob(id: string): Promise<void>;

  readDocument<T>(folder: DocumentFolder, name: string): Promise<T | undefined>;
  /** Replaces a document as a whole and durably: after a crash there is the old one or the new one. */
  writeDocument(folder: DocumentFolder, name: string, content: unknown): Promise<void>;
  /** Nothing happens when it is not there. */
  removeDocument(folder: DocumentFolder, name: string): Promise<void>;
  documentNames(folder: DocumentFolder): Promise<string[]>;
}

/** The SHA-256 of a stream in lower-case hexadecimal. */
export async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  await finished(stream);
  return hash.digest('hex');
}
