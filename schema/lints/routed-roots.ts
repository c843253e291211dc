import type { Finding, SubgraphSdls } from './finding.js';
import { readTypeShapes } from './type-shapes.js';

/** The subgraph that many schools serve behind one entry of the supergraph. */
const routedSubgraph = 'records';

/**
 * What many schools serve under one name cannot be routed by a root field of Query, and a subscription neither: one
 * school's question was once answered by another (docs/decisions/0016). A mutation is routed by its input, which must
 * therefore name the institution.
 */
export function lintRoutedRoots(sdls: SubgraphSdls): Finding[] {
  const sdl = sdls[routedSubgraph];
  if (sdl === undefined) return [];
  const { types, inputs, roots } = readTypeShapes(sdl);
  const found = (at: string, problem: string): Finding => ({ subgraph: routedSubgraph, at, problem });
  const fieldsOf = (root: string | undefined) => types.get(root ?? '')?.fields ?? [];
  const findings = [roots.query, roots.subscription].flatMap((root) =>
    fieldsOf(root).map(({ name }) =>
      found(`${root}.${name.value}`, 'cannot be routed to a school; make it a field of an entity.'),
    ),
  );
  for (const { name } of fieldsOf(roots.mutation)) {
    const input = `${name.value[0]?.toUpperCase()}${name.value.slice(1)}Input`;
    const hasInstitution = inputs.get(input)?.some((field) => field.name.value === 'institutionId');
    if (hasInstitution !== true)
      findings.push(
        found(`${roots.mutation}.${name.value}`, `is routed by its input; ${input} must have institutionId.`),
      );
  }
  return findings;
}
