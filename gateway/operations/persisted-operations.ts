import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { operationHash, type OperationManifest, type RegisteredOperation } from './manifest.js';
import type { PersistedStore } from './persisted-store.js';

/** The part of a request that names an operation. */
export interface OperationReference {
  readonly query?: string | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** The text to run. */
export interface ResolvedOperation {
  readonly query: string;
  /** Its SHA-256 in hex. */
  readonly hash: string;
  /** The manifest's entry where the operation is one of this house's clients'. */
  readonly registered: RegisteredOperation | undefined;
}

/** Finds the text of an operation. */
export interface PersistedOperations {
  /** The operations of this house's clients. */
  readonly registered: readonly RegisteredOperation[];
  /**
   * @param mayStore false for GET, which never changes anything here
   * @throws AmrloError `OPERATION_MISSING`, `PERSISTED_QUERY_NOT_FOUND`, `OPERATION_NOT_REGISTERED`, `REQUEST_MALFORMED`
   */
  resolve(request: OperationReference, mayStore: boolean): Promise<ResolvedOperation>;
}

const longestStored = 64 * 1024;

/**
 * Registered operations of the manifest and automatically persisted ones.
 * @param options.registeredOnly refuses every operation that is not in the manifest, by text or by hash
 */
export function createPersistedOperations(options: {
  manifest?: OperationManifest;
  store: PersistedStore;
  registeredOnly?: boolean;
}): PersistedOperations {
  const { manifest = {}, store, registeredOnly = false } = options;
  const registeredAs = (hash: string): RegisteredOperation | undefined =>
    Object.hasOwn(manifest, hash) ? manifest[hash] : undefined;
  return {
    registered: Object.values(manifest),
    async resolve({ query, extensions }, mayStore) {
      const claimed = hashIn(extensions);
      const text = typeof query === 'string' && query !== '' ? query : undefined;
      if (text === undefined && claimed === undefined) throw new AmrloError('OPERATION_MISSING');
      if (text !== undefined && claimed !== undefined && operationHash(text) !== claimed) {
        throw new AmrloError('REQUEST_MALFORMED', { detail: 'extensions.persistedQuery.sha256Hash' });
      }
      const hash = claimed ?? operationHash(text ?? '');
      const registered = registeredAs(hash);
      if (registered !== undefined) return { query: registered.document, hash, registered };
      if (registeredOnly) throw new AmrloError('OPERATION_NOT_REGISTERED');
      if (text === undefined) {
        const stored = await store.get(hash);
        if (stored === undefined) throw new AmrloError('PERSISTED_QUERY_NOT_FOUND');
        return { query: stored, hash, registered: undefined };
      }
      if (claimed !== undefined && mayStore && text.length <= longestStored) await store.put(hash, text);
      return { query: text, hash, registered: undefined };
    },
  };
}

function hashIn(extensions: OperationReference['extensions']): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw new AmrloError('REQUEST_MALFORMED', { detail: 'extensions.persistedQuery' });
  }
  return sha256Hash;
}
