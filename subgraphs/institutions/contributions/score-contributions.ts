import { add, compare, multiply, type Decimal } from '../../kit/base/decimal.js';

/** What can count as a contribution (charter art. 14). */
export const contributionComponents = [
  'OUTCOMES_CERTIFIED',
  'AGREEMENTS_SIGNED',
  'CONVERSIONS',
  'RESOURCES_SHARED',
  'ALLIANCE_ACTIVITIES',
  'MEETINGS_ATTENDED',
  'OTHER',
] as const;

/** One kind of contribution. */
export type ContributionComponentName = (typeof contributionComponents)[number];

/** How many points one unit of a component gives, and how many units count at most. */
export interface ComponentWeight {
  readonly component: ContributionComponentName;
  readonly weight: Decimal;
  readonly mostUnits: Decimal | null;
}

/** How much of a component an institution contributed. */
export interface ContributionQuantity {
  readonly institutionId: string;
  readonly component: ContributionComponentName;
  readonly quantity: Decimal;
}

/** The points that a component gave, with all that they were computed from. */
export interface ComponentPoints extends ComponentWeight {
  /** As it was found, before the limit. */
  readonly quantity: Decimal;
  readonly points: Decimal;
}

/** An institution's score. */
export interface Score {
  readonly components: readonly ComponentPoints[];
  readonly points: Decimal;
}

/**
 * The score of one institution, exactly: for each component of the scheme the sum of its quantities, never less than
 * zero nor more than the limit, times its weight. What the scheme does not name does not count.
 */
export function scoreContributions(
  weights: readonly ComponentWeight[],
  quantities: readonly Pick<ContributionQuantity, 'component' | 'quantity'>[],
): Score {
  const components = weights.map((weight): ComponentPoints => {
    const own = quantities.filter(({ component }) => component === weight.component);
    const quantity = add('0', ...own.map((one) => one.quantity));
    return { ...weight, quantity, points: multiply(counted(quantity, weight.mostUnits), weight.weight) };
  });
  return { components, points: add('0', ...components.map(({ points }) => points)) };
}

function counted(quantity: Decimal, most: Decimal | null): Decimal {
  if (compare(quantity, '0') < 0) return '0';
  return most !== null && compare(quantity, most) > 0 ? most : quantity;
}
