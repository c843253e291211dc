import type { Plain } from './answer-shape.js';

/** Why something was not obtained: one event, told once per place where a client misses the value. */
export interface Cause {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** The subgraph that did not give the value. */
  readonly subgraph: string;
  /** More fields than can be told one by one: it is told once per object. */
  readonly perObject: boolean;
  /** Whether a client has been told. */
  told: boolean;
}

/** A value that is missing for a cause. */
export class Failure {
  readonly cause: Cause;
  /** Where the cause lies below the missing value: null climbed up to it within the subgraph. */
  readonly below: readonly (string | number)[];
  /**
   * `error`: a subgraph reported it here; `absent`: it should have come with something that did not come; `implied`: it
   * went with a sibling that failed, and is told only where it is missed on its own.
   */
  readonly kind: 'error' | 'absent' | 'implied';

  constructor(cause: Cause, below: Failure['below'] = [], kind: Failure['kind'] = 'error') {
    this.cause = cause;
    this.below = below;
    this.kind = kind;
  }
}

type Holder = Plain | unknown[];

/**
 * Remembers, for one operation, which values were not obtained, by the object that should hold them. A null that stands
 * for "not obtained" must not be sent to another subgraph as an input: it would compute a fact from it (an exit flag was
 * once true because the figures it needs were not there). Unknown is never none.
 */
export class Failures {
  readonly #byHolder = new Map<Holder, Map<string | number, Failure[]>>();
  /** Causes that name no place in the data. */
  readonly placeless: Cause[] = [];

  /** Whether nothing has failed; what asks for a failure then need not look. */
  get none(): boolean {
    return this.#byHolder.size === 0 && this.placeless.length === 0;
  }

  add(holder: Holder, key: string | number, failure: Failure): void {
    let ofHolder = this.#byHolder.get(holder);
    if (ofHolder === undefined) this.#byHolder.set(holder, (ofHolder = new Map()));
    const known = ofHolder.get(key);
    if (known === undefined) ofHolder.set(key, [failure]);
    else if (!known.some(({ cause }) => cause === failure.cause)) known.push(failure);
  }

  /** Files a cause at the deepest place of a path that there is in the data. */
  addAt(root: Plain, path: readonly (string | number)[], cause: Cause): void {
    let holder: Holder = root;
    for (const [depth, segment] of path.entries()) {
      const value = (holder as Plain)[segment];
      if (typeof value !== 'object' || value === null || depth === path.length - 1) {
        this.add(holder, segment, new Failure(cause, path.slice(depth + 1)));
        return;
      }
      holder = value as Holder;
    }
    this.placeless.push(cause);
  }

  at(holder: Holder, key: string | number): readonly Failure[] | undefined {
    return this.#byHolder.get(holder)?.get(key);
  }

  of(holder: Holder): ReadonlyMap<string | number, readonly Failure[]> | undefined {
    return this.#byHolder.get(holder);
  }

  /** Everything that failed, by the object that misses it. */
  all(): Iterable<[Holder, ReadonlyMap<string | number, readonly Failure[]>]> {
    return this.#byHolder;
  }
}
