import { roomNames } from './process-kinds.js';
import { calling, storing, type SettingDefinition } from './setting-definition.js';
import { oneOf, text, url, wholeNumber } from './setting-values.js';

const database = url(['postgresql', 'postgres']);

/** Settings of storage: databases, Redis, files. */
export const storageSettings = {
  DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'PostgreSQL as a role that owns nothing; without it the embedded one is started.',
    processes: storing,
  },
  MIGRATION_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'PostgreSQL as the owner of the schemas; needed with DATABASE_URL to migrate.',
    processes: storing,
  },
  REDIS_URL: {
    schema: url(['redis', 'rediss']),
    secret: true,
    description: 'Redis for caches, rate limits and wake-ups; without it each process keeps its own.',
    processes: calling,
  },
  AMRLO_INSTITUTIONS_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'A database of its own for institutions; by default DATABASE_URL.',
    processes: ['alliance', 'institutions', 'command'],
  },
  AMRLO_INSTITUTIONS_MIGRATION_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'Its owner; by default MIGRATION_DATABASE_URL.',
    processes: ['alliance', 'institutions', 'command'],
  },
  AMRLO_OUTCOMES_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'A database of its own for outcomes; by default DATABASE_URL.',
    processes: ['alliance', 'outcomes', 'command'],
  },
  AMRLO_OUTCOMES_MIGRATION_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'Its owner; by default MIGRATION_DATABASE_URL.',
    processes: ['alliance', 'outcomes', 'command'],
  },
  AMRLO_LEARNERS_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'A database of its own for learners; by default DATABASE_URL.',
    processes: ['alliance', 'learners', 'command'],
  },
  AMRLO_LEARNERS_MIGRATION_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'Its owner; by default MIGRATION_DATABASE_URL.',
    processes: ['alliance', 'learners', 'command'],
  },
  AMRLO_AGREEMENTS_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'A database of its own for agreements; by default DATABASE_URL.',
    processes: ['alliance', 'agreements', 'command'],
  },
  AMRLO_AGREEMENTS_MIGRATION_DATABASE_URL: {
    schema: database,
    secret: true,
    description: 'Its owner; by default MIGRATION_DATABASE_URL.',
    processes: ['alliance', 'agreements', 'command'],
  },
  AMRLO_UPLOAD_MAX_BYTES: {
    schema: wholeNumber(1, 1_099_511_627_776, 'bytes'),
    default: '104857600',
    description: 'Largest uploaded file.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_FILES: {
    schema: oneOf(['local', 's3']),
    default: 'local',
    description: 'Where uploaded files lie: in DATA_DIR or in an S3-compatible store.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_S3_ENDPOINT: {
    schema: url(['https', 'http']),
    description: 'The S3-compatible store; absent for AWS.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_S3_REGION: {
    schema: text('the name of a region'),
    description: 'Region of the store.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_S3_BUCKET: {
    schema: text('the name of a bucket'),
    description: 'Bucket of the store.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_S3_ACCESS_KEY_ID: {
    schema: text('an access key id'),
    secret: true,
    description: 'Access key id of the store.',
    processes: ['alliance', ...roomNames],
  },
  AMRLO_S3_SECRET_ACCESS_KEY: {
    schema: text('a secret access key'),
    secret: true,
    description: 'Secret access key of the store.',
    processes: ['alliance', ...roomNames],
  },
} as const satisfies Record<string, SettingDefinition>;
