import {
  getNamedType,
  isAbstractType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { holds, type Right, type SchemaRequirements } from './requirements.js';

/** What one set of rights may read, type by type; every answer is remembered. */
export interface FieldDecisions {
  /** Whether the type may be seen at all; of an abstract type, whether one of its types may. */
  typePasses(type: GraphQLNamedType): boolean;
  /** Whether the field of an object type may be read: its own requirement, its type's and its result type's. */
  passes(objectType: string, field: string): boolean;
  /** The object types, out of those the parent can be, for which the field is denied. */
  deniedTypes(parent: GraphQLCompositeType, field: string): ReadonlySet<string>;
  /** The object types that a type can be at run time. */
  possibleTypes(type: GraphQLCompositeType): ReadonlySet<string>;
}

/** Decides for one set of rights over one schema. */
export function createFieldDecisions(
  schema: GraphQLSchema,
  requirements: SchemaRequirements,
  rights: ReadonlySet<Right>,
): FieldDecisions {
  const types = new Map<string, boolean>();
  const fields = new Map<string, boolean>();
  const denied = new Map<string, ReadonlySet<string>>();
  const possible = new Map<string, ReadonlySet<string>>();

  function possibleTypes(type: GraphQLCompositeType): ReadonlySet<string> {
    let known = possible.get(type.name);
    if (known === undefined) {
      known = new Set(
        isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [type.name],
      );
      possible.set(type.name, known);
    }
    return known;
  }

  function typePasses(type: GraphQLNamedType): boolean {
    let known = types.get(type.name);
    if (known === undefined) {
      known = holds(requirements.ofType(type.name), rights);
      if (known && isAbstractType(type)) {
        const members = schema.getPossibleTypes(type);
        known = members.length === 0 || members.some((member) => typePasses(member));
      }
      types.set(type.name, known);
    }
    return known;
  }

  function passes(objectType: string, field: string): boolean {
    const coordinate = `${objectType}.${field}`;
    let known = fields.get(coordinate);
    if (known === undefined) {
      const type = schema.getType(objectType);
      const definition = isObjectType(type) ? type.getFields()[field] : undefined;
      // A field that the supergraph does not know has no requirement that could hold.
      known =
        type !== undefined &&
        definition !== undefined &&
        typePasses(type) &&
        holds(requirements.ofField(objectType, field), rights) &&
        typePasses(getNamedType(definition.type));
      fields.set(coordinate, known);
    }
    return known;
  }

  function deniedTypes(parent: GraphQLCompositeType, field: string): ReadonlySet<string> {
    const coordinate = `${parent.name}.${field}`;
    let known = denied.get(coordinate);
    if (known === undefined) {
      known = decide(parent, field);
      denied.set(coordinate, known);
    }
    return known;
  }

  function decide(parent: GraphQLCompositeType, field: string): ReadonlySet<string> {
    const all = possibleTypes(parent);
    if (isUnionType(parent)) return all;
    const definition = parent.getFields()[field];
    if (definition === undefined) return all;
    const own =
      holds(requirements.ofType(parent.name), rights) &&
      holds(requirements.ofField(parent.name, field), rights);
    if (!own) return all;
    const refused = new Set([...all].filter((one) => !passes(one, field)));
    if (refused.size === 0 || refused.size === all.size) return refused;
    // The permitted types get a fragment each; one whose field has another shape than the interface's could not be merged.
    const sameShape = [...all].every((one) => {
      const type = schema.getType(one);
      return (
        refused.has(one) ||
        (isObjectType(type) && String(type.getFields()[field]?.type) === String(definition.type))
      );
    });
    return sameShape ? refused : all;
  }

  return { typePasses, passes, deniedTypes, possibleTypes };
}
