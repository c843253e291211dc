import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';
import { keptLists, schoolEntities } from './contract.js';
import type { RoutedType } from './operation.js';
import type { Representation } from './school-reply.js';
import type { ObjectShape } from './shape.js';

/**
 * What every adapter is asked besides, whatever the client selected: its entities' keys and owner, so that the router
 * can see that the right thing was answered, and whose it is. One alias per field and kind, because `studentNumber` is
 * non-null in one type only and such fields cannot share a name.
 */
const asked = {
  StudentRecord: { institutionId: 'Institution', studentNumber: 'Student' },
  CourseResult: { institutionId: 'Institution', nativeKey: 'Key', studentNumber: 'Owner' },
  SchoolCertificate: { institutionId: 'Institution', nativeKey: 'Key', studentNumber: 'Owner' },
  Institution: { id: 'Institution' },
} as const satisfies Record<RoutedType, Readonly<Record<string, string>>>;

/** The key of an entity of each type. */
const keys: Readonly<Record<RoutedType, readonly string[]>> = { ...schoolEntities, Institution: ['id'] };

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

/** The alias, behind the prefix, under which a list tells where it comes from. */
const readAlias = 'Read';

/** What a list that schools keep is asked besides: when it was read. */
export function ageSelection(prefix: string): FieldNode {
  const asOf = { kind: Kind.FIELD, name: name('asOf') } as const;
  return {
    kind: Kind.FIELD,
    name: name('provenance'),
    alias: name(prefix + readAlias),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [asOf] },
  };
}

/**
 * When the oldest of the lists in an answer was read, in epoch milliseconds. NaN where one of them does not say so;
 * undefined where none was given.
 */
export function provenAge(
  entity: Readonly<Record<string, unknown>>,
  { fields, typeName }: ObjectShape,
  prefix: string,
): number | undefined {
  if (typeName !== 'Institution') return undefined;
  const told = fields
    .filter(({ key, name: field }) => keptLists.has(field) && (entity[key] ?? null) !== null)
    .map(({ key }) => ageOf(entity[key], prefix));
  return told.length === 0 ? undefined : Math.min(...told);
}

function ageOf(list: unknown, prefix: string): number {
  const parts = (Array.isArray(list) ? list : [list]) as readonly (Readonly<
    Record<string, unknown>
  > | null)[];
  const times = parts.map((part) => {
    const provenance = part?.[prefix + readAlias] as { readonly asOf?: unknown } | null | undefined;
    return typeof provenance?.asOf === 'string' ? Date.parse(provenance.asOf) : Number.NaN;
  });
  return times.length === 0 ? Number.NaN : Math.min(...times);
}

/** The selections of the proof under aliases that begin with the prefix. */
export function proofSelections(prefix: string): SelectionSetNode['selections'] {
  return Object.entries(asked).map(([type, aliases]) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: name(type) },
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: Object.entries(aliases).map(([field, alias]) => ({
        kind: Kind.FIELD,
        name: name(field),
        alias: name(prefix + alias),
      })),
    },
  }));
}

/**
 * Whose an answered entity is, as the school says; null for an Institution and where the school says nothing.
 * Undefined: it is not the entity that was asked for.
 */
export function provenOwner(
  entity: Readonly<Record<string, unknown>>,
  type: RoutedType,
  representation: Representation,
  prefix: string,
): string | null | undefined {
  const aliases: Readonly<Record<string, string>> = asked[type];
  const said = (field: string) => entity[prefix + (aliases[field] ?? '')];
  if (keys[type].some((key) => said(key) !== representation[key])) return undefined;
  const owner = type === 'Institution' ? null : said('studentNumber');
  return typeof owner === 'string' ? owner : null;
}
