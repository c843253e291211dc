import type { SettingDefinition } from './setting-definition.js';
import { text, url } from './setting-values.js';

/** The databases that adapters can read. */
const schoolDatabaseUrl = url(['mysql', 'mariadb', 'postgresql', 'postgres', 'mssql', 'oracle']);

/** Settings of an adapter: which school it serves, where that school's system is, and the secrets to reach it. */
export const schoolSettings = {
  AMRLO_SCHOOL: {
    schema: text('the folder name of a school, or the path of a school file'),
    description:
      'School that an adapter process serves: the name of its folder, or the path of its school file.',
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_INSTITUTION_ID: {
    schema: text('the id of an institution'),
    description: 'Id in the graph of the school of an adapter process; by default from its Ministry code.',
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_DATABASE_URL: {
    schema: schoolDatabaseUrl,
    secret: true,
    description:
      "The school's own database, for an adapter over SQL; an account that may read and nothing else.",
    processes: ['alliance', 'adapter'],
  },
  AMRLO_SCHOOL_WRITE_DATABASE_URL: {
    schema: schoolDatabaseUrl,
    secret: true,
    description:
      'The same database for an account that may write exemptions; without it nothing is written back.',
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_FOLDER: {
    schema: text('the path of a folder'),
    description: 'Folder in which the school drops its files, for an adapter over a drop.',
    processes: ['alliance', 'adapter'],
  },
  AMRLO_SCHOOL_SCHEMA_FOLDER: {
    schema: text('the path of a folder'),
    description:
      'Folder with the XML Schemas of the standard of the files that are dropped; ELMO needs them, and they are not shipped.',
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_URL: {
    schema: url(['http', 'https']),
    description: "Base address of the school's web service, for an adapter over REST or SOAP.",
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_TOKEN: {
    schema: text('a token or key'),
    secret: true,
    description: "Token or key that the school's web service asks for.",
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_CLIENT_ID: {
    schema: text('the id of an OAuth2 client, or a user name'),
    description: "OAuth2 client id, or user name, at the school's web service.",
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_CLIENT_SECRET: {
    schema: text('the secret of an OAuth2 client, or a password'),
    secret: true,
    description: "OAuth2 client secret, or password, at the school's web service.",
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_TOKEN_URL: {
    schema: url(['http', 'https']),
    description: "Where OAuth2 tokens for the school's web service are given, where that is another host.",
    processes: ['adapter'],
  },
  AMRLO_SCHOOL_STATE_DIR: {
    schema: text('the path of a folder'),
    description:
      "Folder in which an adapter keeps fingerprints of the school's records, from which it finds changes by comparison.",
    processes: ['adapter'],
  },
} as const satisfies Record<string, SettingDefinition>;
