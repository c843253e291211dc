import type { SettingsNamed } from '../kit/base/config/settings.js';
import type { SchoolAddress } from './kit/driver-parts.js';

/** The settings that say where a school's system is. */
export const addressSettings = [
  'AMRLO_SCHOOL_DATABASE_URL',
  'AMRLO_SCHOOL_WRITE_DATABASE_URL',
  'AMRLO_SCHOOL_FOLDER',
  'AMRLO_SCHOOL_SCHEMA_FOLDER',
  'AMRLO_SCHOOL_URL',
  'AMRLO_SCHOOL_TOKEN',
  'AMRLO_SCHOOL_CLIENT_ID',
  'AMRLO_SCHOOL_CLIENT_SECRET',
  'AMRLO_SCHOOL_TOKEN_URL',
] as const;

/** Where a school's system is, as the environment says. */
export function schoolAddress(settings: SettingsNamed<(typeof addressSettings)[number]>): SchoolAddress {
  return {
    databaseUrl: settings.AMRLO_SCHOOL_DATABASE_URL,
    writeDatabaseUrl: settings.AMRLO_SCHOOL_WRITE_DATABASE_URL,
    folder: settings.AMRLO_SCHOOL_FOLDER,
    schemaFolder: settings.AMRLO_SCHOOL_SCHEMA_FOLDER,
    url: settings.AMRLO_SCHOOL_URL,
    token: settings.AMRLO_SCHOOL_TOKEN,
    clientId: settings.AMRLO_SCHOOL_CLIENT_ID,
    clientSecret: settings.AMRLO_SCHOOL_CLIENT_SECRET,
    tokenUrl: settings.AMRLO_SCHOOL_TOKEN_URL,
  };
}
