import { parse, print } from 'graphql';
import { judge } from './check-case.js';
import type { FederationCase } from './federation-case.js';
import { federate, type CreateEngine, type Federation } from './federation.js';
import { tidied, withoutEverywhere, withoutFragment, withoutPart } from './shrink-edits.js';

/** Faults of one kind; a smaller case has to show the same kind, or shrinking would wander to another fault. */
export function kindOf(faults: readonly string[]): string {
  const [first = ''] = faults;
  if (/ was sent | was given | was asked|the reference lacks/.test(first)) return 'violation';
  if (/error for|says why/.test(first)) return 'errors';
  return / has .* and not /.test(first) ? 'fields' : 'data';
}

/** Makes a failing case as small as the time allows. */
export async function shrink(
  failing: FederationCase,
  engine: CreateEngine,
  limit: { readonly milliseconds: number },
): Promise<FederationCase> {
  const until = performance.now() + limit.milliseconds;
  let best = failing;
  let federation = await composed(best);
  const wanted = federation === undefined ? undefined : await kind(federation, best);
  if (federation === undefined || wanted === undefined) return best;
  const isOver = () => performance.now() > until;

  for (let smaller = true; smaller && !isOver();) {
    const before = JSON.stringify(best).length;
    await shrinkAsked();
    await shrinkSubgraphs();
    smaller = JSON.stringify(best).length < before;
  }
  await federation.stop();
  return best;

  /** After an edit that helped goes on at the same place: what was tried in vain before it mostly stays in vain. */
  async function shrinkAsked(): Promise<void> {
    let candidates = [...askedLess(best)];
    for (let at = 0; at < candidates.length && !isOver();) {
      const candidate = candidates[at] as FederationCase;
      if ((await kind(federation as Federation, candidate)) !== wanted) {
        at += 1;
        continue;
      }
      best = candidate;
      candidates = [...askedLess(best)];
    }
  }

  async function shrinkSubgraphs(): Promise<void> {
    let candidates = [...fewerDeclared(best.subgraphs)];
    for (let at = 0; at < candidates.length && !isOver();) {
      const candidate = { ...best, subgraphs: candidates[at] as FederationCase['subgraphs'] };
      const smaller = await composed(candidate);
      if (smaller === undefined || (await kind(smaller, candidate)) !== wanted) {
        await smaller?.stop();
        at += 1;
        continue;
      }
      await federation?.stop();
      [best, federation] = [candidate, smaller];
      candidates = [...fewerDeclared(best.subgraphs)];
    }
  }

  async function composed({ subgraphs }: FederationCase): Promise<Federation | undefined> {
    try {
      const result = await federate(subgraphs, { engine });
      return 'refused' in result ? undefined : result;
    } catch {
      // An edit may leave what is no schema any more; that is no smaller case.
      return undefined;
    }
  }

  async function kind(federation: Federation, one: FederationCase): Promise<string | undefined> {
    try {
      const document = parse(one.operation);
      if (federation.invalid(document) !== undefined) return undefined;
      const { faults } = await judge(federation, 'engine', { ...one, document });
      return faults.length === 0 ? undefined : kindOf(faults);
    } catch {
      // As above: an edit may leave an operation without selections.
      return undefined;
    }
  }
}

function* askedLess(one: FederationCase): Generator<FederationCase> {
  for (const index of one.failures.keys()) yield { ...one, failures: one.failures.toSpliced(index, 1) };
  const document = parse(one.operation, { noLocation: true });
  for (const edited of [...withoutPart(document), ...withoutFragment(document)]) {
    const operation = print(tidied(edited));
    const variables = Object.fromEntries(
      Object.entries(one.variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(operation)),
    );
    yield { ...one, operation, variables };
  }
}

function* fewerDeclared(subgraphs: FederationCase['subgraphs']): Generator<Record<string, string>> {
  for (const name of Object.keys(subgraphs)) {
    const { [name]: _, ...others } = subgraphs;
    yield others;
  }
  yield* withoutEverywhere(subgraphs);
  for (const [name, sdl] of Object.entries(subgraphs)) {
    for (const edited of withoutPart(parse(sdl, { noLocation: true }))) {
      yield { ...subgraphs, [name]: print(edited) };
    }
  }
}
