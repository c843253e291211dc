import {
  getArgumentValues,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type SelectionSetNode,
} from 'graphql';
import type { Clock } from '../kit/base/clock.js';
import { AmrloError, refuse } from '../kit/base/errors/amrlo-error.js';
import { catalogue } from '../kit/base/errors/catalogue.js';
import { hasRole, type Principal } from '../kit/base/identity/principal.js';
import { withinBudget } from '../kit/base/link/budget.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import type { Logger } from '../kit/base/log.js';
import type { WakeBus } from '../kit/base/wake.js';
import { audited } from './audited-write.js';
import { EntityCache } from './entity-cache.js';
import { amrloErrorOf, reportError } from './error-report.js';
import { collectFragments, freePrefix, operationText, variablesIn } from './forwarded-operation.js';
import type { ReadOperation } from './operation.js';
import type { SchoolCalls } from './school-calls.js';
import type { KnownSchools, School } from './school-directory.js';
import { under } from './selection.js';
import { project, shapeOf } from './shape.js';
import { checkWriteBack, type RememberedKeys, type WriteBackInput } from './write-back-input.js';
import { proofOfWriting, readWriteBack, type WriteBackAnswer } from './write-back-reply.js';
import type { WriteBackTrail } from './write-back-trail.js';

/** What the writing of exemptions needs. */
export interface WriteBackParts {
  readonly schools: KnownSchools;
  readonly calls: SchoolCalls;
  readonly cache: EntityCache;
  readonly keys: RememberedKeys;
  readonly trail: WriteBackTrail;
  readonly clock: Clock;
  readonly log?: Logger | undefined;
  readonly wakes?: WakeBus | undefined;
}

/** One mutation of a request. */
interface Writing {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly principal: Principal;
  readonly read: ReadOperation;
  readonly request: SubgraphRequest;
  readonly parts: WriteBackParts;
}

/** The type of a wake that says that something was written about a student; the id is `<institution>:<mark>`. */
export const writtenWake = 'StudentRecordWritten';

/**
 * Answers the mutations of an operation one after the other, as GraphQL has it. Each is sent to its one school once:
 * never again, never shared, never kept. Never rejects.
 */
export async function answerMutations(
  principal: Principal,
  read: ReadOperation,
  request: SubgraphRequest,
  parts: WriteBackParts,
): Promise<{ data: Record<string, unknown>; errors: SubgraphError[] }> {
  const data: Record<string, unknown> = {};
  const errors: SubgraphError[] = [];
  for (const [key, nodes] of read.operation.otherRoots) {
    // What is under way runs to its end; nothing more is begun for somebody who has left.
    if (request.signal.aborted) break;
    if (nodes[0]?.name.value === '__typename') {
      data[key] = 'Mutation';
      continue;
    }
    const answer = await answerMutation({ key, nodes, principal, read, request, parts });
    data[key] = answer.value;
    for (const error of answer.errors) errors.push({ ...error, path: [key, ...(error.path ?? [])] });
  }
  return { data, errors };
}

async function answerMutation(writing: Writing): Promise<WriteBackAnswer> {
  const { nodes, read, request, principal, parts } = writing;
  const argument = inputOf(writing);
  let answer: WriteBackAnswer;
  try {
    const { institutionId } = argument as { institutionId: string };
    if (
      !hasRole(principal, 'SERVICE') &&
      !hasRole(principal, ['REGISTRAR', 'INSTITUTION_ADMIN'], institutionId)
    )
      throw refuse('ACTION_FORBIDDEN', { action: 'writeBackExemption' }, ['input', 'institutionId']);
    const input = checkWriteBack(argument);
    const school = await schoolOf(institutionId, parts);
    parts.keys.remember(principal.subject, input);
    answer = await audited({ principal, request, input, ...parts }, () => send(writing, input, school));
  } catch (error) {
    const known = amrloErrorOf(error, request.requestId);
    const shape = shapeOf(under(nodes), 'WriteBackExemptionPayload', read.operation.scope);
    answer = known.isRefusal
      ? { value: project(refused(known, request), shape), errors: [], outcome: known.code }
      : { value: null, errors: [reportError(known, request, [])], outcome: known.code };
  }
  // The trail is in the institutions room; this line says what went through here, also what was refused before it.
  parts.log?.info(
    {
      requestId: request.requestId,
      institutionId: (argument as { institutionId: string }).institutionId,
      subject: principal.subject,
      outcome: answer.outcome,
    },
    'an exemption for a school was handled',
  );
  return answer;
}

function inputOf({ nodes, read }: Writing): unknown {
  const type = read.operation.scope.schema.getMutationType();
  const field = type?.getFields()['writeBackExemption'] as GraphQLField<unknown, unknown>;
  return getArgumentValues(field, nodes[0] as FieldNode, { ...read.variables })['input'];
}

async function schoolOf(institutionId: string, { schools }: WriteBackParts): Promise<School> {
  const school = await schools.find(institutionId);
  if (school === undefined) throw new AmrloError('SCHOOL_NOT_CONNECTED', { institution: institutionId });
  if (!school.enabled) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: school.name });
  return school;
}

async function send(writing: Writing, input: WriteBackInput, school: School): Promise<WriteBackAnswer> {
  const { key, nodes, read, request, parts } = writing;
  const { fragments } = read.operation.scope;
  const { calls, clock } = parts;
  const prefix = freePrefix(read.operation.document);
  const used = new Map<string, FragmentDefinitionNode>();
  const selections = under(nodes).flatMap((set) => set.selections);
  for (const node of selections) collectFragments(node, fragments, used);
  const variables = variablesIn([...selections, ...used.values()]);
  const field = mutationField(key, `${prefix}Input`, [...selections, ...proofOfWriting(prefix)]);
  const mutation = operationText(
    [field],
    [
      inputDefinition(`${prefix}Input`),
      ...(read.operation.definition.variableDefinitions ?? []).filter((node) =>
        variables.has(node.variable.name.value),
      ),
    ],
    [...used.values()],
    OperationTypeNode.MUTATION,
  );
  const sent: Record<string, unknown> = { [`${prefix}Input`]: input };
  for (const name of variables) if (name in read.variables) sent[name] = read.variables[name];
  const shape = shapeOf(under(nodes), 'WriteBackExemptionPayload', read.operation.scope);
  const remainingMs = request.deadline - clock.now().getTime();
  const budget = {
    subgraph: school.name,
    timeoutMs: remainingMs,
    remainingMs,
    signal: request.signal,
    clock,
  };
  try {
    return await withinBudget(budget, async (signal) =>
      calls
        .toAsk(school)
        .write(mutation, sent, request, signal, (reply) =>
          readWriteBack(reply, { key, prefix, shape, input }, school),
        )
        // Also when no answer came, or nobody waits for it any more: it may have been written all the same.
        .finally(() => forgetCopies(input, parts)),
    );
  } catch (error) {
    if (!(error instanceof AmrloError) || error.code !== 'UPSTREAM_TIMEOUT') throw error;
    throw new AmrloError('SCHOOL_TIMEOUT', { institution: school.name }, { cause: error });
  }
}

function forgetCopies(
  { institutionId, studentNumber }: WriteBackInput,
  { cache, wakes }: WriteBackParts,
): void {
  const mark = EntityCache.studentMark(institutionId, studentNumber);
  cache.written(institutionId, mark);
  wakes?.publish({ type: writtenWake, id: `${institutionId}:${mark}` });
}

/** Takes what another router, or this one, says was written. */
export function takeWritten(id: string, cache: EntityCache): void {
  const at = id.lastIndexOf(':');
  if (at > 0) cache.written(id.slice(0, at), id.slice(at + 1));
}

function refused(error: AmrloError, { locale }: SubgraphRequest): Record<string, unknown> {
  const { rule } = catalogue[error.code] as { rule?: string };
  const path = error.path?.map(String) ?? null;
  return {
    writeBack: null,
    userErrors: [{ code: error.code, message: error.messageIn(locale), path, rule: rule ?? null }],
  };
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

function mutationField(key: string, variable: string, selections: SelectionSetNode['selections']): FieldNode {
  return {
    kind: Kind.FIELD,
    name: name('writeBackExemption'),
    alias: name(key),
    arguments: [
      { kind: Kind.ARGUMENT, name: name('input'), value: { kind: Kind.VARIABLE, name: name(variable) } },
    ],
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

function inputDefinition(variable: string) {
  const type = { kind: Kind.NAMED_TYPE, name: name('WriteBackExemptionInput') } as const;
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(variable) },
    type: { kind: Kind.NON_NULL_TYPE, type },
  } as const;
}
