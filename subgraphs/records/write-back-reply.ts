import { Kind, parse, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { catalogue } from '../kit/base/errors/catalogue.js';
import type { SubgraphError, SubgraphResponse } from '../kit/base/link/subgraph-request.js';
import type { School } from './school-directory.js';
import { broken, errorsOf, failureIn, foreign } from './school-reply.js';
import { shaped, type ObjectShape } from './shape.js';
import type { WriteBackInput } from './write-back-input.js';

/** What a school answered to an exemption. */
export interface WriteBackAnswer {
  /** The payload in the shape that was asked for; null where an error says why there is none. */
  readonly value: Record<string, unknown> | null;
  /** Paths begin at the payload. */
  readonly errors: readonly SubgraphError[];
  /** `WRITTEN`, `ALREADY_WRITTEN`, or the code of what stood in the way. */
  readonly outcome: string;
}

/** What is asked besides: which exemption stands now, and what was refused. */
export function proofOfWriting(prefix: string): SelectionSetNode['selections'] {
  const text = `{
    ${prefix}Done: writeBack { institutionId studentNumber certificateNumber state }
    ${prefix}Refused: userErrors { code }
  }`;
  const [operation] = parse(text, { noLocation: true }).definitions as [OperationDefinitionNode];
  return operation.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
}

/**
 * Reads a school's reply to one exemption. A reply that tells neither what stands now nor why nothing was written,
 * or that is about another exemption, breaks the contract.
 * @throws AmrloError `SCHOOL_CONTRACT_BROKEN`, `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT`; ShapeFault
 */
export function readWriteBack(
  reply: SubgraphResponse,
  asked: {
    readonly key: string;
    readonly prefix: string;
    readonly shape: ObjectShape;
    readonly input: WriteBackInput;
  },
  school: School,
): WriteBackAnswer {
  const { key, prefix, shape, input } = asked;
  const errors: SubgraphError[] = [];
  for (const error of errorsOf(reply, school)) {
    const failure = failureIn(error, school);
    if (failure !== null) throw failure;
    if (error.path?.[0] !== key) throw broken(school);
    errors.push(foreign({ ...error, path: error.path.slice(1) }, school));
  }
  const payload = reply.data?.[key];
  if (payload === null || payload === undefined) {
    const [first] = errors;
    if (first === undefined) throw broken(school);
    return { value: null, errors, outcome: String(first.extensions?.['code']) };
  }
  const { [`${prefix}Done`]: done, [`${prefix}Refused`]: refused } = payload as Record<string, unknown>;
  const outcome = outcomeOf(done, refused, input);
  if (outcome === undefined) throw broken(school);
  return { value: shaped(payload, shape), errors, outcome };
}

function outcomeOf(done: unknown, refused: unknown, input: WriteBackInput): string | undefined {
  if (!Array.isArray(refused)) return undefined;
  const codes = refused.map((one: { code?: unknown } | null) => one?.code);
  if (!codes.every(isRefusal)) return undefined;
  if (done === null || done === undefined) return codes[0];
  const { institutionId, studentNumber, certificateNumber, state } = done as Record<string, unknown>;
  const isTheSame =
    institutionId === input.institutionId &&
    studentNumber === input.studentNumber &&
    certificateNumber === input.certificateNumber;
  if (!isTheSame || codes.length > 0) return undefined;
  return state === 'WRITTEN' || state === 'ALREADY_WRITTEN' ? state : undefined;
}

function isRefusal(code: unknown): code is string {
  return (
    typeof code === 'string' &&
    Object.hasOwn(catalogue, code) &&
    catalogue[code as keyof typeof catalogue].kind === 'refusal'
  );
}
