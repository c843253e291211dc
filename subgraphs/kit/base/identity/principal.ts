/** The roles of DESIGN.md section 8. LEARNER is every signed-in person towards their own data. */
export const roles = [
  'LEARNER',
  'TEACHER',
  'REGISTRAR',
  'SERVICE_POINT_CLERK',
  'INSTITUTION_ADMIN',
  'EXPERT',
  'COUNCIL_MEMBER',
  'CERTIFICATION_CENTRE',
  'SECRETARIAT',
  'SUPERVISOR',
  'SERVICE',
] as const;

/** A role that a grant gives. */
export type Role = (typeof roles)[number];

/** Who may act for which institution with which role, and when. The interval is half-open. */
export interface Grant {
  readonly id: string;
  readonly role: Role;
  /** The institution acted for; null for the bodies and services of the alliance itself. */
  readonly institutionId: string | null;
  /** The service point outside of which a clerk's grant is none; absent for every other role. */
  readonly servicePointId?: string;
  /** The grant that this one was delegated from; absent where it was given to the holder. */
  readonly delegatedFromId?: string;
  /** RFC 3339 instants. */
  readonly from: string;
  readonly to: string | null;
}

/** Who asks: a person, a service of this house, or nobody known. */
export interface Principal {
  readonly kind: 'PERSON' | 'SERVICE' | 'ANONYMOUS';
  /** The identity provider's subject; empty for nobody. */
  readonly subject: string;
  /** The grants in force for this request (all of them, or the one that `Acting-Grant` picked). */
  readonly grants: readonly Grant[];
  /** The access token's scopes. */
  readonly scopes: readonly string[];
}

/** Nobody known: sees only what is declared public. */
export const anonymous: Principal = { kind: 'ANONYMOUS', subject: '', grants: [], scopes: [] };

/** A service of this house, for events and projections; never made from a token. */
export function servicePrincipal(name: string): Principal {
  return {
    kind: 'SERVICE',
    subject: `service:${name}`,
    grants: [
      { id: 'grant_service', role: 'SERVICE', institutionId: null, from: '1970-01-01T00:00:00Z', to: null },
    ],
    scopes: [],
  };
}

/** Every role the principal holds; a signed-in person is always LEARNER towards their own data. */
export function rolesOf(principal: Principal): ReadonlySet<Role> {
  const held = new Set<Role>(principal.grants.map((grant) => grant.role));
  if (principal.kind === 'PERSON') held.add('LEARNER');
  return held;
}

/** Whether the principal holds one of the roles, for an institution where one is named. */
export function hasRole(
  principal: Principal,
  wanted: Role | readonly Role[],
  institutionId?: string,
): boolean {
  const list = typeof wanted === 'string' ? [wanted] : wanted;
  if (institutionId === undefined && list.includes('LEARNER') && principal.kind === 'PERSON') return true;
  return principal.grants.some(
    (grant) =>
      list.includes(grant.role) && (institutionId === undefined || grant.institutionId === institutionId),
  );
}

/** A service point of an institution, where the principal is a clerk. */
export interface ServedPoint {
  readonly institutionId: string;
  readonly servicePointId: string;
}

/** The service points at which the principal is a clerk; a clerk's grant that names none gives nothing. */
export function servicePointsOf(principal: Principal): ServedPoint[] {
  return principal.grants.flatMap(({ role, institutionId, servicePointId }) =>
    role === 'SERVICE_POINT_CLERK' && institutionId !== null && servicePointId !== undefined
      ? [{ institutionId, servicePointId }]
      : [],
  );
}

/** The institutions that the principal acts for with one of the roles. */
export function institutionsOf(principal: Principal, wanted: readonly Role[]): string[] {
  return [
    ...new Set(
      principal.grants.flatMap((grant) =>
        grant.institutionId !== null && wanted.includes(grant.role) ? [grant.institutionId] : [],
      ),
    ),
  ];
}
