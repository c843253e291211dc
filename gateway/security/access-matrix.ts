import {
  Kind,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { roles } from '../../subgraphs/kit/base/identity/principal.js';
import { createFieldDecisions, type FieldDecisions } from './field-decisions.js';
import { both, readRequirements, type Requirement, type Right } from './requirements.js';

/** The callers of the matrix: nobody known, somebody signed in without any role, and one for every role. */
export const matrixCallers = ['ANONYMOUS', 'SIGNED_IN', ...roles] as const;

/** One caller of the matrix. */
export type MatrixCaller = (typeof matrixCallers)[number];

/** One way to one field, and who may go it. Scopes count as given, so that the matrix shows the roles' own bounds. */
export interface AccessRow {
  /** `Type.field`. */
  readonly coordinate: string;
  /** Coordinates from a root field down to this field, or `Type(key) subgraph` for an entity reference. */
  readonly path: string;
  /** What the field and its type ask for, `-` for nothing. */
  readonly requires: string;
  readonly allowed: Readonly<Record<MatrixCaller, boolean>>;
}

/**
 * Role x field x path: for every field of every object type, the shortest ways in that some caller has, the entity
 * references that reach its type, and for every caller whether the gateway's filter lets it pass that way.
 */
export function accessMatrix(schema: GraphQLSchema): AccessRow[] {
  const requirements = readRequirements(schema);
  const decisions = Object.fromEntries(
    matrixCallers.map((caller) => [
      caller,
      createFieldDecisions(schema, requirements, rightsOfCaller(caller, requirements.asked)),
    ]),
  ) as Record<MatrixCaller, FieldDecisions>;
  const ways = new Map<string, Set<string>>();
  for (const caller of matrixCallers) {
    for (const [type, way] of shortestWays(schema, decisions[caller])) {
      const known = ways.get(type);
      if (known === undefined) ways.set(type, new Set([way]));
      else known.add(way);
    }
  }
  const references = entityReferences(schema);
  const rows: AccessRow[] = [];
  for (const type of visibleTypes(schema)) {
    for (const [field, definition] of Object.entries(type.getFields())) {
      const named = getNamedType(definition.type).name;
      const own = both(requirements.ofType(type.name), requirements.ofField(type.name, field));
      const requires = textOf(both(own, requirements.ofType(named)));
      const coordinate = `${type.name}.${field}`;
      const row = (path: string, steps: readonly string[]): AccessRow => ({
        coordinate,
        path,
        requires,
        allowed: Object.fromEntries(
          matrixCallers.map((caller) => [
            caller,
            [...steps, coordinate].every((step) => passes(decisions[caller], step)),
          ]),
        ) as Record<MatrixCaller, boolean>,
      });
      const given = [...(ways.get(type.name) ?? [])];
      for (const way of given)
        rows.push(
          row(way === '' ? coordinate : `${way} > ${coordinate}`, way === '' ? [] : way.split(' > ')),
        );
      for (const reference of references.get(type.name) ?? [])
        rows.push(row(`${reference} > ${coordinate}`, []));
      if (given.length === 0 && !references.has(type.name)) rows.push(row(`(no way in) > ${coordinate}`, []));
    }
  }
  return rows.sort((a, b) => compare(a.coordinate, b.coordinate) || compare(a.path, b.path));
}

/** The matrix as tab-separated text, sorted, one row per field and path, `+` where the caller passes. */
export function printAccessMatrix(rows: readonly AccessRow[]): string {
  const header = ['field', 'path', 'requires', ...matrixCallers].join('\t');
  const lines = rows.map((row) =>
    [
      row.coordinate,
      row.path,
      row.requires,
      ...matrixCallers.map((caller) => (row.allowed[caller] ? '+' : '-')),
    ].join('\t'),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

function rightsOfCaller(caller: MatrixCaller, asked: ReadonlySet<Right>): ReadonlySet<Right> {
  if (caller === 'ANONYMOUS') return new Set();
  // Every signed-in person is LEARNER towards their own data, so the policy of that name holds for all of them.
  const policies = new Set(['policy:LEARNER', `policy:${caller}`]);
  if (caller === 'SERVICE') policies.delete('policy:LEARNER');
  return new Set([...asked].filter((right) => !right.startsWith('policy:') || policies.has(right)));
}

function visibleTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
}

/** Breadth first over the fields that the caller may read: object type -> way to it, '' for a root type. */
function shortestWays(schema: GraphQLSchema, decisions: FieldDecisions): Map<string, string> {
  const ways = new Map<string, string>();
  const queue: GraphQLObjectType[] = [];
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (!root) continue;
    ways.set(root.name, '');
    queue.push(root);
  }
  for (let type = queue.shift(); type !== undefined; type = queue.shift()) {
    const way = ways.get(type.name) ?? '';
    for (const [field, definition] of Object.entries(type.getFields()).sort(([a], [b]) => compare(a, b))) {
      const target = getNamedType(definition.type);
      if (!isCompositeType(target) || !decisions.passes(type.name, field)) continue;
      const objects = isAbstractType(target) ? schema.getPossibleTypes(target) : [target];
      for (const object of objects) {
        if (ways.has(object.name) || !decisions.typePasses(object) || !isObjectType(object)) continue;
        ways.set(object.name, way === '' ? `${type.name}.${field}` : `${way} > ${type.name}.${field}`);
        queue.push(object);
      }
    }
  }
  return ways;
}

/** The keys by which subgraphs are asked for an entity, from `@join__type`. */
function entityReferences(schema: GraphQLSchema): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const type of visibleTypes(schema)) {
    const directives = [type.astNode, ...type.extensionASTNodes].flatMap((node) => [
      ...(node?.directives ?? []),
    ]);
    for (const directive of directives) {
      if (directive.name.value !== 'join__type') continue;
      const argument = (name: string) => directive.arguments?.find((one) => one.name.value === name)?.value;
      const [key, graph, resolvable] = [argument('key'), argument('graph'), argument('resolvable')];
      if (key?.kind !== Kind.STRING || (resolvable?.kind === Kind.BOOLEAN && !resolvable.value)) continue;
      const reference =
        `${type.name}(${key.value}) ${graph?.kind === Kind.ENUM ? graph.value.toLowerCase() : ''}`.trim();
      found.set(type.name, [...(found.get(type.name) ?? []), reference]);
    }
  }
  return found;
}

function passes(decisions: FieldDecisions, coordinate: string): boolean {
  const [type = '', field = ''] = coordinate.split('.');
  return decisions.passes(type, field);
}

function textOf(requirement: Requirement): string {
  if (requirement.some((clause) => clause.length === 0)) return '-';
  return requirement.map((clause) => clause.join(' & ')).join(' | ') || 'never';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
