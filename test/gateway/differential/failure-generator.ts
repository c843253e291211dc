import { isInterfaceType, isObjectType } from 'graphql';
import type { Choose } from './choose.js';
import type { Failure } from './federation-case.js';
import type { Federation } from './federation.js';

/** No failure, fields that fail, or ways that fail: references and whole subgraphs. */
export function generateFailures(choose: Choose, federation: Federation): Failure[] {
  const { supergraph, declared, subgraphs } = federation;
  const roll = choose.int(100);
  if (roll < 40) return [];
  if (roll >= 85) {
    if (choose.chance(50)) return [{ kind: 'subgraph', subgraph: choose.of(subgraphs) }];
    const [type, subgraph] = [choose.of(entities()), choose.of(subgraphs)];
    if (type === undefined) return [];
    // Who is not found has null there, which is an answer; what is computed of it is another value than the truth's.
    const how = feedsOthers(type) ? 'throws' : choose.of(['throws', 'absent'] as const);
    return [{ kind: 'reference', subgraph, type, how, ...share() }];
  }
  const fields = Object.values(supergraph.schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('_')
      ? Object.keys(type.getFields())
          .filter((field) => !declared.keyFields(type.name).has(field) && !type.name.endsWith('Org'))
          .map((field) => ({ type: declared.identityOf(type.name), field }))
      : [],
  );
  return Array.from({ length: 1 + choose.int(3) }, () => ({
    kind: 'field' as const,
    ...choose.of(fields),
    ...share(),
  }));

  function share(): { of: number; at: number } {
    const of = 1 + choose.int(3);
    return { of, at: choose.int(of) };
  }

  /** Whether a field of a type may be what another field requires. */
  function feedsOthers(entity: string): boolean {
    const type = supergraph.schema.getType(entity);
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [];
    return fields.some((field) => declared.isRequired(field) && !declared.keyFields(entity).has(field));
  }

  function entities(): string[] {
    return Object.keys(supergraph.schema.getTypeMap()).filter((name) => declared.isEntity(name));
  }
}
