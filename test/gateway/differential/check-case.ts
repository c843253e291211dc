import { isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import { differences, untruths, type Path } from './compared.js';
import type { Failure } from './federation-case.js';
import type { AskedOperation, EngineAnswer, Federation } from './federation.js';
import { isConcerned } from './store.js';
import type { Truth } from './whole-schema.js';

/** What one executor did wrong with one operation; nothing when it did right. */
export interface Verdict {
  readonly engine: string;
  readonly faults: readonly string[];
  /** The faults that remain where a field that fails may cost other fields of its object: wrong whatever the plan. */
  readonly untrue: readonly string[];
  readonly got: EngineAnswer;
  readonly truth: Truth;
}

type Failing<Kind extends Failure['kind']> = Extract<Failure, { kind: Kind }>;

/** Holds an executor against the truth. */
export async function judge(federation: Federation, engine: string, asked: AskedOperation): Promise<Verdict> {
  const truth = federation.truth(asked);
  const got = await federation.answer(engine, asked);
  const { failures } = asked;
  const fields = failures.filter((one) => one.kind === 'field');
  const references = failures.filter((one) => one.kind === 'reference');
  // Which fields a plan asks of a subgraph, and which it could ask of another one, the truth does not know.
  const anywhere = failures.some((one) => one.kind === 'subgraph');
  const failed = (truth.errors ?? []).map(({ path }) => path ?? []);
  const concerned = (some: readonly Failing<'field' | 'reference'>[]): Path[] =>
    truth.made
      .filter(({ of }) =>
        of.some((object) => some.some((one) => isConcerned(object, one, federation.declared))),
      )
      .map(({ path }) => path);
  // Who is not found is null without an error: the reference led nowhere, and nothing failed.
  const silent = concerned(references.filter(({ how }) => how === 'absent'));
  const lacking = (around: readonly Path[]): string[] => [
    ...got.violations,
    ...untruths(got, truth, { around: anywhere ? undefined : around, silent }),
  ];
  const isExact =
    !anywhere && references.length === 0 && !fields.some((one) => takesItsObject(federation, one));
  return {
    engine,
    faults: isExact
      ? [...got.violations, ...differences(got, truth)]
      : lacking([...failed, ...concerned(references)]),
    untrue: lacking([...failed, ...concerned([...fields, ...references])]),
    got,
    truth,
  };
}

/**
 * A required field that may not be null and fails: its subgraph has to answer null for the whole object (GraphQL
 * specification, 6.4.4), also where the client did not ask for the field.
 */
function takesItsObject({ declared, supergraph }: Federation, { type, field }: Failing<'field'>): boolean {
  return (
    declared.isRequired(field) &&
    Object.values(supergraph.schema.getTypeMap()).some(
      (one) =>
        (isObjectType(one) || isInterfaceType(one)) &&
        (one.name === type || declared.identityOf(one.name) === type) &&
        isNonNullType(one.getFields()[field]?.type),
    )
  );
}
