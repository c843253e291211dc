/** A copy with the measure of its text. */
export interface JsonCopy {
  readonly value: unknown;
  /** Its JSON text has at most this many bytes, often far fewer: an exact measure would cost the text. */
  readonly bytesAtMost: number;
}

/** A character takes six bytes at most, as an escape. */
const bytesPerCharacter = 6;
/** What surrounds a value or a name, or is no text at all: the longest number has 24 bytes. */
const bytesPerValue = 28;

/**
 * What `JSON.parse(JSON.stringify(value))` gives, several times as fast. Whoever gets it may write into it, and what
 * JSON does not know is in it as JSON has it: a date as text, nothing that is undefined.
 * @throws TypeError for what has no JSON, a bigint for one; RangeError for what contains itself
 */
export function jsonCopy(value: unknown): JsonCopy {
  let bytesAtMost = 0;

  function copyOf(given: unknown): unknown {
    bytesAtMost += bytesPerValue;
    switch (typeof given) {
      case 'string':
        bytesAtMost += given.length * bytesPerCharacter;
        return given;
      case 'number':
        // Adding nothing makes of a negative zero the one that JSON knows.
        return Number.isFinite(given) ? given + 0 : null;
      case 'boolean':
        return given;
      case 'object':
        if (given === null) return null;
        return Array.isArray(given) ? ofList(given) : ofObject(given);
      case 'bigint':
        throw new TypeError('A bigint has no JSON.');
      default:
        return undefined;
    }
  }

  function ofList(given: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    for (const item of given) copy.push(copyOf(item) ?? null);
    return copy;
  }

  function ofObject(given: object): unknown {
    if ('toJSON' in given && typeof given.toJSON === 'function') return copyOf(given.toJSON());
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(given)) {
      const below = copyOf((given as Record<string, unknown>)[key]);
      if (below === undefined) continue;
      bytesAtMost += key.length * bytesPerCharacter;
      if (key === '__proto__') defineOwn(copy, key, below);
      else copy[key] = below;
    }
    return copy;
  }

  return { value: copyOf(value), bytesAtMost };
}

/** Assigning to this name would set the prototype. */
function defineOwn(copy: object, key: string, value: unknown): void {
  Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
}
