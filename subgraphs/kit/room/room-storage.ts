import { join } from 'node:path';
import type { RoomName } from '../base/config/process-kinds.js';
import { roomDatabase } from '../base/config/setting-rules.js';
import type { SettingsOf } from '../base/config/settings.js';
import type { Clock } from '../base/clock.js';
import { sealingKey, type SealingKey } from './audit/sealer.js';
import { parseDatabaseUrl, type DatabaseAddress } from './database/address.js';
import { createFieldCipher, type FieldCipher } from './encryption/field-cipher.js';
import { createFileStore, type FileStore } from './files/file-store.js';
import { createLocalStorage } from './files/local-storage.js';

/** The settings of storage that the one process and a room alone have in common. */
export type StorageSettings = Pick<
  SettingsOf<'alliance'>,
  | 'DATA_DIR'
  | 'DATABASE_URL'
  | 'MIGRATION_DATABASE_URL'
  | 'AMRLO_FILES'
  | 'AMRLO_S3_ENDPOINT'
  | 'AMRLO_S3_REGION'
  | 'AMRLO_S3_BUCKET'
  | 'AMRLO_S3_ACCESS_KEY_ID'
  | 'AMRLO_S3_SECRET_ACCESS_KEY'
  | 'AMRLO_PUBLIC_URL'
>;

/** The secrets that a room stores things with; from the environment, or generated in the embedded mode. */
export interface StorageSecrets {
  readonly encryptionKeys: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, string | Uint8Array>>;
  readonly currentKey: string;
  readonly lookupKey: string | Uint8Array;
  /** Ed25519, PKCS #8, PEM. */
  readonly auditSigningKey: string;
}

/** What a room stores things with. */
export interface RoomStorage {
  readonly cipher: FieldCipher;
  readonly sealingKey: SealingKey;
  readonly files: FileStore;
}

/** Opens a room's cipher, sealing key and file store; the room that gets the store audits its downloads. */
export async function openRoomStorage(options: {
  room: string;
  settings: StorageSettings;
  secrets: StorageSecrets;
  clock: Clock;
}): Promise<RoomStorage> {
  const { room, settings, secrets, clock } = options;
  const storage =
    settings.AMRLO_FILES === 's3'
      ? // The client of S3 takes a quarter of a second to load; a local store needs none.
        (await import('./files/s3-storage.js')).createS3Storage({
          bucket: settings.AMRLO_S3_BUCKET!,
          region: settings.AMRLO_S3_REGION!,
          accessKeyId: settings.AMRLO_S3_ACCESS_KEY_ID!,
          secretAccessKey: settings.AMRLO_S3_SECRET_ACCESS_KEY!,
          prefix: room,
          ...(settings.AMRLO_S3_ENDPOINT ? { endpoint: settings.AMRLO_S3_ENDPOINT } : {}),
        })
      : await createLocalStorage(join(settings.DATA_DIR, 'files', room));
  // Without a public URL the links are paths: a client resolves them against the address at which it reached the gateway.
  const publicUrl = settings.AMRLO_PUBLIC_URL?.replace(/\/+$/, '') ?? '';
  return {
    cipher: createFieldCipher({
      keys: secrets.encryptionKeys,
      current: secrets.currentKey,
      lookupKey: secrets.lookupKey,
    }),
    sealingKey: sealingKey(secrets.auditSigningKey),
    files: createFileStore({
      storage,
      secret: secrets.lookupKey,
      clock,
      baseUrl: `${publicUrl}/files/${room}`,
    }),
  };
}

/** The secrets in the settings, where they are complete. */
export function secretsIn(
  settings: Pick<
    SettingsOf<'alliance'>,
    'AMRLO_ENCRYPTION_KEYS' | 'AMRLO_ENCRYPTION_CURRENT_KEY' | 'AMRLO_LOOKUP_KEY' | 'AMRLO_AUDIT_SIGNING_KEY'
  >,
): StorageSecrets | undefined {
  const keys = settings.AMRLO_ENCRYPTION_KEYS;
  if (
    keys === undefined ||
    settings.AMRLO_LOOKUP_KEY === undefined ||
    settings.AMRLO_AUDIT_SIGNING_KEY === undefined
  ) {
    return undefined;
  }
  return {
    encryptionKeys: keys,
    currentKey: settings.AMRLO_ENCRYPTION_CURRENT_KEY ?? [...keys.keys()][0]!,
    lookupKey: settings.AMRLO_LOOKUP_KEY,
    auditSigningKey: settings.AMRLO_AUDIT_SIGNING_KEY,
  };
}

/**
 * The addresses of a room's database of its own, or of the common one; undefined when neither is set.
 * Without a URL for the owner both are the same role, which `migrateRoom` refuses with a sentence that says so.
 */
export function roomAddresses(
  settings: Parameters<typeof roomDatabase>[1],
  room: RoomName,
): { app: DatabaseAddress; owner: DatabaseAddress } | undefined {
  const found = roomDatabase(room, settings);
  if (found === undefined) return undefined;
  return { app: parseDatabaseUrl(found.url), owner: parseDatabaseUrl(found.migrationUrl ?? found.url) };
}
