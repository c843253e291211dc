import type { Finding, SubgraphSdls } from './finding.js';
import { entityOwners } from './ownership.js';
import { hasDirective, readTypeShapes } from './type-shapes.js';

/** The directives that say who may select a field; `@public` says out loud that everybody may. */
const restrictions = ['authenticated', 'requiresScopes', 'policy'];
const rights = [...restrictions, 'public'];

/**
 * No right, no field: every root field and every field of an entity carries a directive of rights, itself or by its
 * type. A contributor need not repeat it on the keys and external fields that it borrows from the owner. `@public`
 * on a type is what its fields are unless they say otherwise; on a field it contradicts every other right there and on the type.
 */
export function lintAuthorization(sdls: SubgraphSdls, shared?: Readonly<Record<string, string>>): Finding[] {
  const { owners } = entityOwners(sdls, shared);
  const findings: Finding[] = [];
  for (const [subgraph, sdl] of Object.entries(sdls)) {
    const { types, roots } = readTypeShapes(sdl);
    for (const type of types.values()) {
      const isRoot = Object.values(roots).includes(type.name);
      const isEntity = type.keyFields.size > 0;
      const isForeign = isEntity && owners.get(type.name) !== subgraph;
      for (const field of type.fields) {
        const at = `${type.name}.${field.name.value}`;
        const directives = [...type.directives, ...(field.directives ?? [])];
        const claimedPublic =
          hasDirective(field.directives, 'public') ||
          ((isRoot || isEntity) &&
            hasDirective(type.directives, 'public') &&
            hasDirective(type.directives, ...restrictions));
        if (claimedPublic && hasDirective(directives, ...restrictions)) {
          findings.push({ subgraph, at, problem: 'is @public and restricted at once; keep one of the two.' });
        }
        const borrowed =
          isForeign && (type.keyFields.has(field.name.value) || hasDirective(field.directives, 'external'));
        if ((isRoot || isEntity) && !borrowed && !hasDirective(directives, ...rights)) {
          const problem =
            'says nobody who may select it; add @authenticated, @requiresScopes, @policy or @public.';
          findings.push({ subgraph, at, problem });
        }
      }
    }
  }
  return findings;
}
