import {
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { rolesOf, type Principal } from '../../subgraphs/kit/base/identity/principal.js';

/** One right: `authenticated`, `scope:<scope>` or `policy:<role>`. */
export type Right = string;

/** What must be held: one of the clauses, whole. `[[]]` always holds, `[]` never. */
export type Requirement = ReadonlyArray<readonly Right[]>;

/** Holds for everybody. */
export const free: Requirement = [[]];

/** Both requirements at once, without clauses that another clause already covers. */
export function both(a: Requirement, b: Requirement): Requirement {
  if (isFree(a)) return b;
  if (isFree(b)) return a;
  const product = a.flatMap((left) => b.map((right) => [...new Set([...left, ...right])].sort()));
  return product.filter(
    (clause, index) =>
      !product.some(
        (other, at) => at !== index && covers(clause, other) && (other.length < clause.length || at < index),
      ),
  );
}

/** Whether the rights satisfy the requirement. */
export function holds(requirement: Requirement, rights: ReadonlySet<Right>): boolean {
  return requirement.some((clause) => clause.every((right) => rights.has(right)));
}

/** Whether both requirements let the same callers pass. */
export function equivalent(a: Requirement, b: Requirement): boolean {
  return implies(a, b) && implies(b, a);
}

function implies(a: Requirement, b: Requirement): boolean {
  return a.every((clause) => b.some((weaker) => covers(clause, weaker)));
}

function covers(clause: readonly Right[], weaker: readonly Right[]): boolean {
  return weaker.every((right) => clause.includes(right));
}

function isFree(requirement: Requirement): boolean {
  return requirement.some((clause) => clause.length === 0);
}

/** The rights of a caller, out of those that a schema asks for. */
export function rightsOf(principal: Principal, asked: ReadonlySet<Right>): ReadonlySet<Right> {
  const held = new Set<Right>();
  if (principal.kind === 'ANONYMOUS') return held;
  if (asked.has('authenticated')) held.add('authenticated');
  for (const scope of principal.scopes) if (asked.has(`scope:${scope}`)) held.add(`scope:${scope}`);
  for (const role of rolesOf(principal)) if (asked.has(`policy:${role}`)) held.add(`policy:${role}`);
  return held;
}

/** What the supergraph's own directives ask for, by type and by field. */
export interface SchemaRequirements {
  /** The requirement written on the type itself. */
  ofType(type: string): Requirement;
  /** The requirement written on the field itself. */
  ofField(type: string, field: string): Requirement;
  /** Every right that the schema asks for anywhere. */
  readonly asked: ReadonlySet<Right>;
}

/** The names under which the three directives appear; a supergraph may rename them with `@link`. */
interface DirectiveNames {
  readonly authenticated: string;
  readonly requiresScopes: string;
  readonly policy: string;
}

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy` from a schema built from a supergraph's SDL.
 * Requirements that composition 2.12 and later copies from the implementing types up to an interface are left out:
 * they are the implementing types' own, and the filter decides those type by type. What an author wrote on an interface stays.
 */
export function readRequirements(schema: GraphQLSchema): SchemaRequirements {
  const names = directiveNames(schema);
  const types = new Map<string, Requirement>();
  const fields = new Map<string, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    types.set(type.name, requirementIn(nodesOf(type), names));
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const requirement = requirementIn(field.astNode?.directives ?? [], names);
      fields.set(`${type.name}.${field.name}`, requirement);
    }
  }
  dropDerived(schema, types, fields);
  const asked = new Set<Right>();
  for (const requirement of [...types.values(), ...fields.values()])
    for (const right of requirement.flat()) asked.add(right);
  return {
    ofType: (type) => types.get(type) ?? free,
    ofField: (type, field) => fields.get(`${type}.${field}`) ?? free,
    asked,
  };
}

function dropDerived(
  schema: GraphQLSchema,
  types: Map<string, Requirement>,
  fields: Map<string, Requirement>,
): void {
  const all = (list: Requirement[]): Requirement => list.reduce(both, free);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(type)) continue;
    const implementing = schema.getPossibleTypes(type);
    const derived = all(implementing.map((one) => types.get(one.name) ?? free));
    if (equivalent(types.get(type.name) ?? free, derived)) types.set(type.name, free);
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${type.name}.${field}`;
      const derivedField = all(implementing.map((one) => fields.get(`${one.name}.${field}`) ?? free));
      if (equivalent(fields.get(coordinate) ?? free, derivedField)) fields.set(coordinate, free);
    }
  }
}

function nodesOf(type: GraphQLNamedType): ConstDirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => [...(node?.directives ?? [])]);
}

function requirementIn(directives: readonly ConstDirectiveNode[], names: DirectiveNames): Requirement {
  let requirement = free;
  for (const directive of directives) {
    if (directive.name.value === names.authenticated) requirement = both(requirement, [['authenticated']]);
    if (directive.name.value === names.requiresScopes)
      requirement = both(requirement, clausesOf(directive, 'scopes', 'scope'));
    if (directive.name.value === names.policy)
      requirement = both(requirement, clausesOf(directive, 'policies', 'policy'));
  }
  return requirement;
}

function clausesOf(directive: ConstDirectiveNode, argument: string, kind: string): Requirement {
  const node = directive.arguments?.find((one) => one.name.value === argument);
  const value: unknown = node && valueFromASTUntyped(node.value);
  const isList = (one: unknown): one is unknown[] => Array.isArray(one);
  if (
    !isList(value) ||
    !value.every((clause) => isList(clause) && clause.every((one) => typeof one === 'string'))
  ) {
    throw new TypeError(`@${directive.name.value} in the supergraph has no readable "${argument}".`);
  }
  return value.map((clause) => clause.map((one) => `${kind}:${one}`).sort());
}

function directiveNames(schema: GraphQLSchema): DirectiveNames {
  const links = [schema.astNode, ...schema.extensionASTNodes]
    .flatMap((node) => [...(node?.directives ?? [])])
    .filter((directive) => directive.name.value === 'link')
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
      ),
    ) as Array<{ url?: string; as?: string; import?: Array<string | { name: string; as?: string }> }>;
  const nameOf = (spec: string): string => {
    const link = links.find((one) => one.url?.includes(`/${spec}/`));
    const imported = link?.import?.find((one) => (typeof one === 'string' ? one : one.name) === `@${spec}`);
    if (typeof imported === 'object' && imported.as !== undefined) return imported.as.replace(/^@/, '');
    return link?.as ?? spec;
  };
  return {
    authenticated: nameOf('authenticated'),
    requiresScopes: nameOf('requiresScopes'),
    policy: nameOf('policy'),
  };
}
