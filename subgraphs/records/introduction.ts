import { Kind, parse, type FieldNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Clock } from '../kit/base/clock.js';
import { isContract } from './contract.js';
import { shaped, shapeOf, type ObjectShape } from './shape.js';
import { under } from './selection.js';

/**
 * What an adapter is asked about itself: its SDL and its system. It goes with an ordinary question where there is one,
 * so that no school is asked twice for one answer.
 */
export interface IntroductionNames {
  readonly service: string;
  readonly system: string;
  readonly representations: string;
}

/** What an adapter says about the system behind it. */
export interface Description {
  readonly name: string | null;
  readonly freshness: string | null;
  readonly coverage: unknown;
  readonly capabilities: unknown;
}

/** The response keys and the variable under which an introduction is asked. */
export function introductionNames(prefix: string): IntroductionNames {
  return {
    service: `${prefix}Service`,
    system: `${prefix}System`,
    representations: `${prefix}Introduced`,
  };
}

/** The root fields of an introduction. */
export function introductionFields({
  service,
  system,
  representations,
}: IntroductionNames): readonly FieldNode[] {
  const text = /* GraphQL */ `
    query ($${representations}: [_Any!]!) {
      ${service}: _service { sdl }
      ${system}: _entities(representations: $${representations}) {
        ... on Institution {
          recordsSystem {
            name
            freshness
            coverage { supplied missing rejectedRows deliveredAt }
            capabilities
          }
        }
      }
    }
  `;
  const [operation] = parse(text, { noLocation: true }).definitions as [OperationDefinitionNode];
  return operation.selectionSet.selections.filter((node) => node.kind === Kind.FIELD);
}

/** In what form a description comes. */
export function descriptionShape(schema: GraphQLSchema): ObjectShape {
  const system = introductionFields(introductionNames('')).filter(({ name }) => name.value === '_entities');
  const { fields } = shapeOf(under(system), 'Institution', { schema, fragments: {}, variables: {} });
  // The one field of Institution that is asked is an object.
  return fields[0]?.object as ObjectShape;
}

const introducedForMs = 5 * 60_000;
/** What an adapter says of itself is kept as long as the school is connected; the contract has some 150 fields. */
const longestDescription = 64 * 1024;

/**
 * What is known of one adapter: whether it serves the contract, and what it said about its system. Asked at the first
 * contact, again after five minutes, and after every failure, because another version may have come up since.
 */
export class Introduction {
  readonly #clock: Clock;
  readonly #shape: ObjectShape;
  #due = Number.NEGATIVE_INFINITY;
  #description: Description | null = null;

  constructor(clock: Clock, shape: ObjectShape) {
    this.#clock = clock;
    this.#shape = shape;
  }

  get isDue(): boolean {
    return this.#clock.now().getTime() >= this.#due;
  }

  /** What the adapter said last about its system; null when it never did. */
  get description(): Description | null {
    return this.#description;
  }

  /**
   * Takes what an adapter answered. False: it does not serve the contract, or says of itself what cannot be.
   * @throws ShapeFault where the description has another form
   */
  take(data: Readonly<Record<string, unknown>> | null | undefined, names: IntroductionNames): boolean {
    const sdl = (data?.[names.service] as { sdl?: unknown } | null | undefined)?.sdl;
    if (!isContract(sdl)) return false;
    const systems = data?.[names.system];
    const [institution] = Array.isArray(systems) ? (systems as unknown[]) : [];
    const said = (institution as { recordsSystem?: unknown } | null | undefined)?.recordsSystem ?? null;
    const description = said === null ? null : (shaped(said, this.#shape) as unknown as Description);
    if (description !== null && JSON.stringify(description).length > longestDescription) return false;
    this.#description = description ?? this.#description;
    this.#due = this.#clock.now().getTime() + introducedForMs;
    return true;
  }

  /** The adapter failed: who answers next may be another version. */
  forget(): void {
    this.#due = Number.NEGATIVE_INFINITY;
  }
}
