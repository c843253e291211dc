import type { Role } from '../../kit/base/identity/principal.js';

/** Who acts for an institution towards its own students' deposits and records. */
export const recordOfficials: readonly Role[] = ['REGISTRAR', 'INSTITUTION_ADMIN'];

/** Who checks originals of identity documents for an institution. */
export const identityOfficials: readonly Role[] = ['REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK'];
