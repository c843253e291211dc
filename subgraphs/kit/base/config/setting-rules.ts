import { roomNames, type ProcessKind, type RoomName } from './process-kinds.js';
import type { SettingName, SettingsNamed } from './settings.js';

/** What must hold between several settings of a process. */
export interface SettingRule {
  readonly processes: readonly ProcessKind[];
  /** The settings it reads; the rule rests when one of them could not be read. */
  readonly about: readonly SettingName[];
  /** One sentence, or undefined when all is well. Settings that the process does not use are undefined. */
  problem(settings: Partial<SettingsNamed<SettingName>>, process: ProcessKind): string | undefined;
}

const databaseOf = (room: RoomName) =>
  `AMRLO_${room.toUpperCase() as Uppercase<RoomName>}_DATABASE_URL` as const;
const production = (settings: Partial<SettingsNamed<SettingName>>) => settings.NODE_ENV === 'production';
const alone: readonly ProcessKind[] = roomNames;

/** Every rule between settings. */
export const settingRules: readonly SettingRule[] = [
  {
    processes: ['gateway'],
    about: ['NODE_ENV', 'AMRLO_AUTH'],
    problem: (s) =>
      production(s) && s.AMRLO_AUTH === false
        ? 'AMRLO_AUTH=off lets everybody read everything and is refused in production; remove it.'
        : undefined,
  },
  {
    processes: ['gateway'],
    about: ['AMRLO_AUTH', 'AMRLO_OIDC_ISSUER'],
    problem: (s) =>
      s.AMRLO_AUTH !== false && s.AMRLO_OIDC_ISSUER === undefined
        ? 'A gateway of its own needs AMRLO_OIDC_ISSUER, the issuer of access tokens, or --auth off outside production.'
        : undefined,
  },
  {
    processes: ['gateway'],
    about: ['NODE_ENV', 'AMRLO_ASSERTION_PRIVATE_KEY', 'AMRLO_AUTH'],
    problem: (s) =>
      production(s) && s.AMRLO_AUTH !== false && s.AMRLO_ASSERTION_PRIVATE_KEY === undefined
        ? 'A gateway in production needs AMRLO_ASSERTION_PRIVATE_KEY, or no subgraph believes it.'
        : undefined,
  },
  {
    processes: ['alliance', 'gateway'],
    about: ['NODE_ENV', 'AMRLO_OIDC_ISSUER'],
    problem: (s) =>
      production(s) && s.AMRLO_OIDC_ISSUER?.startsWith('http:') === true
        ? 'AMRLO_OIDC_ISSUER must start with https:// in production.'
        : undefined,
  },
  {
    processes: ['alliance'],
    about: ['NODE_ENV', 'AMRLO_DEMO'],
    problem: (s) =>
      production(s) && s.AMRLO_DEMO === true
        ? 'AMRLO_DEMO=on makes people with known tokens and is refused in production; remove it.'
        : undefined,
  },
  {
    processes: alone,
    about: ['DATABASE_URL', ...roomNames.map(databaseOf)],
    problem: (s, room) =>
      s.DATABASE_URL === undefined && s[databaseOf(room as RoomName)] === undefined
        ? `The ${room} subgraph alone needs DATABASE_URL or ${databaseOf(room as RoomName)}.`
        : undefined,
  },
  {
    processes: [...alone, 'records', 'adapter'],
    about: ['AMRLO_ASSERTION_PUBLIC_KEYS'],
    problem: (s, process) =>
      s.AMRLO_ASSERTION_PUBLIC_KEYS === undefined
        ? `The ${process} process alone needs AMRLO_ASSERTION_PUBLIC_KEYS to know which gateway to believe.`
        : undefined,
  },
  {
    processes: alone,
    about: ['NODE_ENV', 'AMRLO_ENCRYPTION_KEYS', 'AMRLO_LOOKUP_KEY', 'AMRLO_AUDIT_SIGNING_KEY'],
    problem: (s, room) => {
      const missing = (
        ['AMRLO_ENCRYPTION_KEYS', 'AMRLO_LOOKUP_KEY', 'AMRLO_AUDIT_SIGNING_KEY'] as const
      ).filter((name) => s[name] === undefined);
      if (!production(s) || missing.length === 0) return undefined;
      return `The ${room} subgraph in production needs ${missing.join(', ')}.`;
    },
  },
  {
    processes: ['adapter'],
    about: ['AMRLO_SCHOOL'],
    problem: (s) =>
      s.AMRLO_SCHOOL === undefined
        ? 'An adapter process needs AMRLO_SCHOOL, the folder name of the school that it serves or the path of its school file.'
        : undefined,
  },
  {
    processes: ['alliance', ...alone, 'command'],
    about: ['AMRLO_ENCRYPTION_KEYS', 'AMRLO_ENCRYPTION_CURRENT_KEY'],
    problem: (s) => {
      const current = s.AMRLO_ENCRYPTION_CURRENT_KEY;
      if (current === undefined || s.AMRLO_ENCRYPTION_KEYS?.has(current) === true) return undefined;
      return `AMRLO_ENCRYPTION_CURRENT_KEY is ${JSON.stringify(current)}, which AMRLO_ENCRYPTION_KEYS does not hold.`;
    },
  },
  {
    processes: ['alliance', ...alone],
    about: [
      'AMRLO_FILES',
      'AMRLO_S3_BUCKET',
      'AMRLO_S3_REGION',
      'AMRLO_S3_ACCESS_KEY_ID',
      'AMRLO_S3_SECRET_ACCESS_KEY',
    ],
    problem: (s) => {
      if (s.AMRLO_FILES !== 's3') return undefined;
      const missing = (
        [
          'AMRLO_S3_REGION',
          'AMRLO_S3_BUCKET',
          'AMRLO_S3_ACCESS_KEY_ID',
          'AMRLO_S3_SECRET_ACCESS_KEY',
        ] as const
      ).filter((name) => s[name] === undefined);
      return missing.length === 0 ? undefined : `AMRLO_FILES=s3 needs ${missing.join(', ')}.`;
    },
  },
  {
    processes: ['alliance', 'gateway'],
    about: ['AMRLO_REQUEST_BUDGET_MS', 'AMRLO_SUBGRAPH_TIMEOUT_MS'],
    problem: (s) =>
      (s.AMRLO_SUBGRAPH_TIMEOUT_MS ?? 0) > (s.AMRLO_REQUEST_BUDGET_MS ?? Infinity)
        ? 'AMRLO_SUBGRAPH_TIMEOUT_MS is longer than AMRLO_REQUEST_BUDGET_MS; nobody would wait for it.'
        : undefined,
  },
];

/**
 * The database of a room: its own where it has one, the common one otherwise, undefined where the embedded
 * PostgreSQL is meant. The owner's URL is only taken from where the other one was, so that migrations
 * never run in another database than the room's.
 */
export function roomDatabase(
  room: RoomName,
  settings: Partial<SettingsNamed<SettingName>>,
): { url: string; migrationUrl: string | undefined } | undefined {
  const upper = room.toUpperCase() as Uppercase<RoomName>;
  const own = settings[`AMRLO_${upper}_DATABASE_URL`];
  if (own !== undefined) return { url: own, migrationUrl: settings[`AMRLO_${upper}_MIGRATION_DATABASE_URL`] };
  if (settings.DATABASE_URL === undefined) return undefined;
  return { url: settings.DATABASE_URL, migrationUrl: settings.MIGRATION_DATABASE_URL };
}
