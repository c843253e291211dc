import type { Role } from '../../kit/base/identity/principal.js';

/** Who acts for an institution towards its own students' deposits and records. */
export const recordOfficials: readonly Role[] = ['REGISTRAR', 'INSTITUTION_ADMIN'];
