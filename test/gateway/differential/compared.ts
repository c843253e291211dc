import { stable, type Plain } from './federation-case.js';

/** The response keys and positions that lead to a place in an answer. */
export type Path = readonly (string | number)[];

/** What two answers have in common. */
export interface Answer {
  readonly data?: Plain | null | undefined;
  readonly errors?: readonly { readonly path?: Path | undefined; readonly message?: string }[] | undefined;
}

/**
 * The differences between an answer and the true one: in the data, and in the nulls that errors explain. Where a null
 * has moved up from a non-null field it is enough that something below is named, as the specification has it; and an
 * error on an object that is there is about something the client did not ask for.
 */
export function differences(got: Answer, truth: Answer): string[] {
  const found: string[] = [];
  compare(got.data ?? null, truth.data ?? null, 'data', found);
  if (found.length > 0) return found;
  const [ours, theirs] = [explained(got), explained(truth)];
  for (const place of theirs) if (!ours.has(place)) found.push(`no error for ${place}`);
  for (const place of ours) if (!theirs.has(place)) found.push(`an error for ${place} that has none`);
  return found;
}

/** Where more may be missing than the fields that failed. */
export interface Room {
  /**
   * Fields that a failure concerns: what lies on the way to one of them or within its object may be missing, with an
   * error. Undefined where that cannot be told: anything may be.
   */
  readonly around: readonly Path[] | undefined;
  /** Fields that may be missing without an error, themselves and nothing else. */
  readonly silent: readonly Path[];
}

/**
 * The differences when more may be missing than the fields that failed, because an executor's way to them failed: every
 * value is true, and every null that is not has room, and an error at it, above it or below it.
 */
export function untruths(got: Answer, truth: Answer, { around, silent }: Room): string[] {
  const found: string[] = [];
  const named = (got.errors ?? []).map(({ path }) => path ?? []);
  const silently = new Set(silent.map((path) => path.join('.')));
  const missing = (path: Path): void => {
    const place = path.join('.');
    if (silently.has(place)) return;
    if (!named.some((one) => leadsTo(path, one) || leadsTo(one, path)))
      found.push(`${place} is null and nothing says why`);
    else if (around?.some((one) => leadsTo(path, one) || leadsTo(one.slice(0, -1), path)) === false)
      found.push(`${place} is null and no failure comes near it`);
  };
  const walk = (ours: unknown, theirs: unknown, path: Path): void => {
    if (ours === null || ours === undefined) {
      if (theirs !== null) missing(path);
      return;
    }
    if (isComposite(ours) && isComposite(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
      const [names, wanted] = [Object.keys(ours), Object.keys(theirs)];
      if (names.join() !== wanted.join())
        found.push(`${path.join('.')} has ${names.join()} and not ${wanted.join()}`);
      for (const name of names) {
        const step = Array.isArray(ours) ? Number(name) : name;
        walk((ours as Plain)[name], (theirs as Plain)[name], [...path, step]);
      }
      return;
    }
    if (stable(ours) !== stable(theirs))
      found.push(`${path.join('.')} is ${stable(ours)} and not ${stable(theirs)}`);
  };
  walk(got.data ?? null, truth.data ?? null, []);
  return found;
}

/** Whether one place lies at another one or above it. */
function leadsTo(above: Path, below: Path): boolean {
  return above.every((step, index) => step === below[index]);
}

function compare(ours: unknown, theirs: unknown, at: string, found: string[]): void {
  if (found.length >= 5) return;
  if (isComposite(ours) && isComposite(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    const [names, wanted] = [Object.keys(ours), Object.keys(theirs)];
    // The order of fields is the order in which they were asked.
    if (names.join() !== wanted.join()) found.push(`${at} has {${names.join()}} and not {${wanted.join()}}`);
    for (const name of wanted) {
      if (Object.hasOwn(ours, name))
        compare((ours as Plain)[name], (theirs as Plain)[name], `${at}.${name}`, found);
    }
    return;
  }
  if (stable(ours) !== stable(theirs))
    found.push(`${at} is ${stable(ours ?? null)} and not ${stable(theirs)}`);
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The paths of the nulls that errors explain. */
function explained({ data, errors }: Answer): Set<string> {
  const places = new Set<string>();
  for (const { path } of errors ?? []) {
    const place = nullOn(data ?? null, path ?? []);
    if (place !== undefined) places.add(place);
  }
  return places;
}

function nullOn(data: Plain | null, path: Path): string | undefined {
  let at: unknown = data;
  for (const [depth, step] of path.entries()) {
    if (at === null || at === undefined) return path.slice(0, depth).join('.') || 'data';
    at = (at as Record<string | number, unknown>)[step];
  }
  return at === null ? path.join('.') || 'data' : undefined;
}
