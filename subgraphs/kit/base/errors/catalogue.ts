import type { CatalogueEntry } from './catalogue-entry.js';
import { domainErrors } from './domain-errors.js';
import { institutionsErrors } from './institutions-errors.js';
import { platformErrors } from './platform-errors.js';
import { storageErrors } from './storage-errors.js';

/** Every stable code of the graph. Codes are added, never renamed: clients switch on them. */
export const catalogue = {
  ...platformErrors,
  ...storageErrors,
  ...domainErrors,
  ...institutionsErrors,
} as const satisfies Record<string, CatalogueEntry> as {
  readonly [
    K in
      | keyof typeof platformErrors
      | keyof typeof storageErrors
      | keyof typeof domainErrors
      | keyof typeof institutionsErrors
  ]: CatalogueEntry;
};

/** A stable error code. */
export type ErrorCode = keyof typeof catalogue;
