import {
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { DeniedField, DeniedStep, OrderedName } from './denied-fields.js';
import { graphQLErrorOf } from './error-mask.js';
import { reservedTypename } from './operation-filter.js';

/** An answer of the engine. */
export interface AnyResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

interface Branch {
  readonly step: DeniedStep;
  readonly children: Branch[];
  /** Denied here, rather than further below. */
  denied: boolean;
}

/**
 * Puts the denied fields back as null with one error each, as Apollo Router does: null climbs to the next nullable
 * field, list positions are not named, and names keep the order of the client's document. The given result is not changed.
 */
export function applyDenied<R extends AnyResult>(
  result: R,
  denied: readonly DeniedField[],
  schema: GraphQLSchema,
  locale: Locale,
): R & AnyResult {
  if (denied.length === 0) return result;
  const branches: Branch[] = [];
  for (const field of denied) grow(branches, field);
  const data =
    result.data === null || result.data === undefined
      ? result.data
      : completeObject(result.data, { branches, declared: rootName(denied), above: [] }, schema);
  const errors = new Map<string, GraphQLError>();
  for (const field of denied) {
    const at = field.path.join('.');
    if (!field.selected || errors.has(at)) continue;
    const cause = new AmrloError(
      field.code,
      field.code === 'FORBIDDEN_FIELD' ? { field: field.coordinate } : {},
    );
    errors.set(at, graphQLErrorOf(cause, locale, field.path));
  }
  const all = [...(result.errors ?? []), ...errors.values()];
  return { ...result, ...(data === undefined ? {} : { data }), ...(all.length === 0 ? {} : { errors: all }) };
}

function rootName(denied: readonly DeniedField[]): string {
  return denied[0]?.steps[0]?.parent ?? '';
}

function grow(roots: Branch[], field: DeniedField): void {
  let level = roots;
  field.steps.forEach((step, index) => {
    const last = index === field.steps.length - 1;
    // A level above an inactive field is walked all the same, because the filter asked for types there.
    const isDenied = last && field.selected;
    let branch = level.find(
      (one) => one.step.key === step.key && one.denied === isDenied && sameStep(one.step, step),
    );
    if (branch === undefined) {
      branch = { step, children: [], denied: isDenied };
      level.push(branch);
    }
    level = branch.children;
  });
}

function sameStep(a: DeniedStep, b: DeniedStep): boolean {
  return (
    a.field === b.field &&
    a.onTypes.size === b.onTypes.size &&
    [...a.onTypes].every((one) => b.onTypes.has(one))
  );
}

/** What is known of an object before it is looked at. */
interface Level {
  readonly branches: readonly Branch[];
  /** The type of the field that holds it. */
  readonly declared: string;
  /** The types of the objects around it, from the root on; undefined where nobody told. */
  readonly above: readonly (string | undefined)[];
}

function complete(
  value: unknown,
  type: GraphQLOutputType,
  level: Omit<Level, 'declared'>,
  schema: GraphQLSchema,
): unknown {
  if (value === null || value === undefined) return value;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    if (!Array.isArray(value)) return value;
    const items = value.map((item: unknown) => complete(item, nullable.ofType, level, schema));
    return isNonNullType(nullable.ofType) && items.includes(null) ? null : items;
  }
  if (typeof value !== 'object' || !('name' in nullable)) return value;
  return completeObject(value as Record<string, unknown>, { ...level, declared: nullable.name }, schema);
}

function completeObject(
  given: Record<string, unknown>,
  { branches, declared, above }: Level,
  schema: GraphQLSchema,
): Record<string, unknown> | null {
  const { [reservedTypename]: asked, ...object } = given;
  const runtime = typeof asked === 'string' ? asked : declared;
  const known = isObjectType(schema.getType(runtime));
  // All branches of a name together: once an object is completed, nobody can tell its type any more.
  const byName = new Map<string, Branch[]>();
  for (const branch of branches) {
    if (known && !branch.step.onTypes.has(runtime)) continue;
    byName.set(branch.step.key, [...(byName.get(branch.step.key) ?? []), branch]);
  }
  for (const [key, group] of byName) {
    const [{ step }] = group as [Branch, ...Branch[]];
    const type = typeOf(schema, known ? runtime : step.parent, step.field);
    // Of an object whose type nobody told, a value that is there came from a type that allows it.
    if (group.some(({ denied }) => denied) && (known || !(key in object))) {
      object[key] = null;
    } else if (type !== undefined && key in object) {
      const children = group.flatMap((branch) => branch.children);
      const below = { branches: children, above: [...above, known ? runtime : undefined] };
      object[key] = complete(object[key], type, below, schema);
    }
    if (object[key] === null && type !== undefined && isNonNullType(type)) return null;
  }
  const order = branches.find(({ step }) => step.order.length > 0)?.step.order ?? [];
  return inOrder(
    object,
    order
      .filter((name) => (!known || name.types.has(runtime)) && leadsHere(name, above))
      .map(({ key }) => key),
  );
}

function typeOf(schema: GraphQLSchema, parent: string, field: string): GraphQLOutputType | undefined {
  const type = schema.getType(parent);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
}

function leadsHere(name: OrderedName, above: Level['above']): boolean {
  return name.above.every((types, depth) => {
    const type = above[depth];
    return type === undefined || types.has(type);
  });
}

function inOrder(object: Record<string, unknown>, order: readonly string[]): Record<string, unknown> {
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of order) if (key in object) sorted[key] = object[key];
  for (const key of Object.keys(object)) if (!(key in sorted)) sorted[key] = object[key];
  return sorted;
}
