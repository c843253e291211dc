import { Readable } from 'node:stream';
import { S3Store, type MetadataValue } from '@tus/s3-store';
import type { ByteRange, DocumentFolder, FileStorage } from './file-storage.js';

/** Where an S3-compatible store is and who we are there. */
export interface S3StorageOptions {
  readonly bucket: string;
  readonly region: string;
  /** Absent for AWS itself; other stores are addressed by path (`endpoint/bucket/key`). */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Keeps the documents of one room apart where rooms share a bucket; blobs have ids that never repeat. */
  readonly prefix?: string;
}

const partBytes = 8 * 1024 * 1024;

/** Files in a bucket: blobs at its root, and one folder of small JSON objects for each kind of document. */
export function createS3Storage(options: S3StorageOptions): FileStorage {
  const bucket = new Bucket(options);
  const prefix = options.prefix === undefined ? '' : `${options.prefix}/`;
  const documentKey = (folder: DocumentFolder, name: string) => `${prefix}${folder}/${name}.json`;
  return {
    blobs: bucket,
    settle: (id, bytes) => bucket.settle(id, bytes),
    readBlob: (id, range) => bucket.readRange(id, range),
    async removeBlob(id) {
      await bucket.remove(id).catch(ignoreMissing);
      // tus gives up before it deletes anything when the parts are joined already.
      for (const key of [id, `${id}.info`, `${id}.part`]) await bucket.removeObject(key);
    },
    async readDocument<T>(folder: DocumentFolder, name: string): Promise<T | undefined> {
      const text = await bucket.readText(documentKey(folder, name)).catch(ignoreMissing);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    writeDocument: (folder, name, content) =>
      bucket.writeText(documentKey(folder, name), JSON.stringify(content)),
    removeDocument: (folder, name) => bucket.removeObject(documentKey(folder, name)),
    async documentNames(folder) {
      const under = `${prefix}${folder}/`;
      const keys = await bucket.keysUnder(under);
      return keys.map((key) => key.slice(under.length, -'.json'.length));
    },
  };
}

/** The tus store over a bucket, and the few plain calls on the same client that documents need. */
class Bucket extends S3Store {
  constructor(options: S3StorageOptions) {
    super({
      partSize: partBytes,
      useTags: false,
      // What one process remembers about an upload is stale as soon as another one has written to it.
      cache: {
        get: async () => undefined,
        set: async () => {},
        delete: async () => {},
      } satisfies MetadataCache,
      s3ClientConfig: {
        bucket: options.bucket,
        region: options.region,
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
        credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
        // Stores other than AWS often do not know the newer checksum headers.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      },
    });
  }

  /** Without a known length tus plans for 5 TiB in parts of 500 MiB; the kit's files are smaller. */
  protected override calcOptimalPartSize(size?: number): number {
    return super.calcOptimalPartSize(size ?? partBytes * this.maxMultipartParts);
  }

  /** A crash may have come after the last part and before the parts were joined: an empty write joins them. */
  async settle(id: string, bytes: number): Promise<void> {
    const joined = await this.client.headObject({ Bucket: this.bucket, Key: id }).catch(ignoreMissing);
    if (joined === undefined) await this.write(Readable.from([]), id, bytes);
  }

  async readRange(id: string, range?: ByteRange): Promise<Readable> {
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
    const { Body } = await this.client.getObject({ Bucket: this.bucket, Key: id, Range });
    return Body as Readable;
  }

  async readText(key: string): Promise<string | undefined> {
    const { Body } = await this.client.getObject({ Bucket: this.bucket, Key: key });
    return Body?.transformToString();
  }

  async writeText(key: string, text: string): Promise<void> {
    await this.client.putObject({
      Bucket: this.bucket,
      Key: key,
      Body: text,
      ContentType: 'application/json',
    });
  }

  async removeObject(key: string): Promise<void> {
    await this.client.deleteObject({ Bucket: this.bucket, Key: key });
  }

  async keysUnder(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.listObjectsV2({
        Bucket: this.bucket,
        Prefix: prefix,
        ContinuationToken: token,
      });
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return keys;
  }
}

interface MetadataCache {
  get(key: string): Promise<MetadataValue | undefined>;
  set(key: string, value: MetadataValue): Promise<void>;
  delete(key: string): Promise<void>;
}

function ignoreMissing(error: unknown): undefined {
  const { name, status_code: status } = error as { name?: string; status_code?: number };
  if (status !== 404 && !['NotFound', 'NoSuchKey', 'NoSuchUpload'].includes(name ?? '')) throw error;
}
