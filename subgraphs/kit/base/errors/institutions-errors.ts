import type { CatalogueEntry } from './catalogue-entry.js';
import { admissionErrors } from './admission-errors.js';
import { figuresErrors } from './figures-errors.js';
import { governanceErrors } from './governance-errors.js';
import { grantErrors } from './grant-errors.js';
import { inboxErrors } from './inbox-errors.js';
import { membershipErrors } from './membership-errors.js';
import { secretariatErrors } from './secretariat-errors.js';

/** Every code of the room of institutions, one group per wing. */
export const institutionsErrors = {
  ...admissionErrors,
  ...figuresErrors,
  ...governanceErrors,
  ...grantErrors,
  ...inboxErrors,
  ...membershipErrors,
  ...secretariatErrors,
} as const satisfies Record<string, CatalogueEntry>;
