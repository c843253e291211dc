import { isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import { differences, untruths, type Answer } from './compared.js';
import type { Failure } from './federation-case.js';
import type { AskedOperation, EngineAnswer, Federation } from './federation.js';

/** What one executor did wrong with one operation; nothing when it did right. */
export interface Verdict {
  readonly engine: string;
  readonly faults: readonly string[];
  readonly got: EngineAnswer;
  readonly truth: Answer;
}

/** Holds an executor against the truth. */
export async function judge(federation: Federation, engine: string, asked: AskedOperation): Promise<Verdict> {
  const truth = federation.truth(asked);
  const got = await federation.answer(engine, asked);
  const ways = asked.failures.filter((one) => one.kind !== 'field' || takesItsObject(federation, one));
  // Who is not found is null without an error: the reference led nowhere, and nothing failed.
  const mustExplain = !ways.some((one) => one.kind === 'reference' && one.how === 'absent');
  const faults = [
    ...got.violations,
    ...(ways.length === 0 ? differences(got, truth) : untruths(got, truth, mustExplain)),
  ];
  return { engine, faults, got, truth };
}

/**
 * A required field that may not be null and fails: its subgraph has to answer null for the whole object (GraphQL
 * specification, 6.4.4), also where the client did not ask for the field.
 */
function takesItsObject(
  { declared, supergraph }: Federation,
  { type, field }: Extract<Failure, { kind: 'field' }>,
): boolean {
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
