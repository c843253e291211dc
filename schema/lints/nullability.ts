import { Kind } from 'graphql';
import type { Finding, SubgraphSdls } from './finding.js';
import { entityOwners } from './ownership.js';
import {
  hasDirective,
  isNullable,
  namedType,
  readTypeShapes,
  type FieldsType,
  type TypeShapes,
} from './type-shapes.js';

/** The subgraph whose answers come from the schools' systems, where every fact may be unknown. */
const recordsSubgraph = 'records';

/**
 * One dead subgraph costs its own fields, never the answer:
 * - what refers to another subgraph's entity is nullable, as a list item and as a connection's node too;
 * - what a subgraph contributes to another's entity is nullable, or its death would null the entity;
 * - root fields are nullable, or one dead subgraph would null the fields of the others beside it;
 * - in `records` everything that a school says is nullable, for it may not know it; only keys, and what the house
 *   itself puts around an answer (pages, refusals), may be non-null.
 */
export function lintNullability(sdls: SubgraphSdls, shared?: Readonly<Record<string, string>>): Finding[] {
  const { owners, findings } = entityOwners(sdls, shared);
  for (const [subgraph, sdl] of Object.entries(sdls)) {
    const shapes = readTypeShapes(sdl);
    const foreign = foreignTypes(subgraph, shapes, owners);
    for (const type of shapes.types.values()) {
      for (const field of type.fields) {
        const problem = problemOf(subgraph, shapes, type, field, foreign);
        if (problem !== undefined)
          findings.push({ subgraph, at: `${type.name}.${field.name.value}`, problem });
      }
    }
  }
  return findings;
}

function problemOf(
  subgraph: string,
  shapes: TypeShapes,
  type: FieldsType,
  field: FieldsType['fields'][number],
  foreign: ReadonlySet<string>,
): string | undefined {
  const target = namedType(field.type);
  if (foreign.has(target) && !isNullable(field.type)) {
    return `refers to ${target} of another subgraph and must be nullable, as a list item too.`;
  }
  const isRoot = type.name === shapes.roots.query || type.name === shapes.roots.mutation;
  if (isRoot && field.type.kind === Kind.NON_NULL_TYPE) {
    return 'is a root field and must be nullable, or its failure nulls the whole answer.';
  }
  const isKeyOrBorrowed = type.keyFields.has(field.name.value) || hasDirective(field.directives, 'external');
  if (
    foreign.has(type.name) &&
    type.keyFields.size > 0 &&
    !isKeyOrBorrowed &&
    field.type.kind === Kind.NON_NULL_TYPE
  ) {
    return `is contributed to ${type.name} of another subgraph and must be nullable.`;
  }
  const isOfSchool = subgraph === recordsSubgraph && !isKeyOrBorrowed && !isScaffold(type, field.name.value);
  if (isOfSchool && !isNullable(field.type, true)) {
    return 'must be nullable, list items too: a school may not know it.';
  }
  return undefined;
}

/** What the house puts around answers, and no school says: pages and their cursors, refusals. */
function isScaffold({ name }: FieldsType, field: string): boolean {
  if (name === 'PageInfo' || name === 'UserError') return true;
  if (name.endsWith('Connection')) return field === 'edges' || field === 'pageInfo';
  return (
    (name.endsWith('Edge') && field === 'cursor') || (name.endsWith('Payload') && field === 'userErrors')
  );
}

/** Entities of others, and the interfaces and unions that may be one. */
function foreignTypes(
  subgraph: string,
  shapes: TypeShapes,
  owners: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const foreign = new Set([...owners].filter(([, owner]) => owner !== subgraph).map(([type]) => type));
  for (const type of shapes.types.values()) {
    if (foreign.has(type.name)) for (const name of type.interfaces) foreign.add(name);
  }
  for (const [union, members] of shapes.unions)
    if (members.some((member) => foreign.has(member))) foreign.add(union);
  return foreign;
}
