import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileStore } from '@tus/file-store';
import type { DataStore, KvStore, Upload } from '@tus/server';
import type { DocumentFolder, FileStorage } from './file-storage.js';

const documentFolders: readonly DocumentFolder[] = ['uploads', 'complete', 'objects', 'pending', 'blobs'];

/** tus's store, with the private method that its constructor calls. */
const TusStore = FileStore as unknown as new (
  ...options: ConstructorParameters<typeof FileStore>
) => DataStore & { checkOrCreateDirectory(): void };

/** tus's store over a folder that is there. */
class BlobStore extends TusStore {
  /** tus would make the folder while nobody waits for it, and throw outside of any promise when it cannot. */
  override checkOrCreateDirectory(): void {
    return;
  }
}

/**
 * Files in a local folder, readable by this user only. Several processes may share the folder.
 * @throws the file system's error when the folder cannot be made
 */
export async function createLocalStorage(directory: string): Promise<FileStorage> {
  const blobFolder = path.join(directory, 'blobs');
  await mkdir(blobFolder, { recursive: true, mode: 0o700 });
  for (const folder of documentFolders) {
    await mkdir(path.join(directory, 'documents', folder), { recursive: true, mode: 0o700 });
  }

  /** Names are percent-encoded, so that none can leave its folder or collide with another. */
  function documentPath(folder: DocumentFolder, name: string): string {
    return path.join(directory, 'documents', folder, `${encodeURIComponent(name)}.json`);
  }

  const documents = {
    async readDocument<T>(folder: DocumentFolder, name: string): Promise<T | undefined> {
      const text = await readFile(documentPath(folder, name), 'utf8').catch(ignoreMissing);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    async writeDocument(folder: DocumentFolder, name: string, content: unknown): Promise<void> {
      const target = documentPath(folder, name);
      const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(content));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, target);
      await syncFolder(path.dirname(target));
    },
    async removeDocument(folder: DocumentFolder, name: string): Promise<void> {
      await rm(documentPath(folder, name), { force: true });
    },
    async documentNames(folder: DocumentFolder): Promise<string[]> {
      const names = await readdir(path.join(directory, 'documents', folder));
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => decodeURIComponent(name.slice(0, -5)));
    },
  };

  // What tus knows about a blob: its own store writes it in place, so that a crash could leave half of it.
  const blobInfo: KvStore<Upload> = {
    get: (id) => documents.readDocument<Upload>('blobs', id),
    set: (id, upload) => documents.writeDocument('blobs', id, upload),
    delete: (id) => documents.removeDocument('blobs', id),
  };

  const blobs = new BlobStore({ directory: blobFolder, configstore: blobInfo });
  const blobPath = (id: string) => path.join(blobFolder, encodeURIComponent(id));

  return {
    ...documents,
    blobs,
    async settle(id) {
      const file = await open(blobPath(id), 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(blobFolder);
    },
    async readBlob(id, range) {
      const stream = createReadStream(blobPath(id), range);
      await new Promise<void>((resolve, reject) => {
        stream.once('open', () => resolve());
        stream.once('error', reject);
      });
      return stream;
    },
    async removeBlob(id) {
      await rm(blobPath(id), { force: true });
      await documents.removeDocument('blobs', id);
    },
  };
}

/** Makes a rename durable. Windows cannot open folders; there the rename is durable by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
