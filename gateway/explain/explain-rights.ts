import { hasRole, type Principal } from '../../subgraphs/kit/base/identity/principal.js';

/** The request header that asks how an answer came about; its one value is `plan`. */
export const explainHeader = 'x-amrlo-explain';

/**
 * Who may see how an answer came about: the secretariat, which runs the alliance, and holders of a token with the scope
 * that the operator has named. A plan tells which systems and which schools stand behind the graph.
 */
export function mayExplain(principal: Principal, scope: string | undefined): boolean {
  if (principal.kind === 'ANONYMOUS') return false;
  return hasRole(principal, 'SECRETARIAT') || (scope !== undefined && principal.scopes.includes(scope));
}
