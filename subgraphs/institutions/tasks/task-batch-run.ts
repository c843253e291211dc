import type { Transact } from '../../kit/room/database/sql.js';
import type { UserError } from '../../kit/room/schema/user-error.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { claimItem, keepAnswer, readItems, type BatchItem, type SentStep } from './task-batch-items.js';

/** How many subjects are worked on at once: a batch must not take a room's whole bulkhead. */
const atOnce = 8;

/** No step is begun when less is left of the request's time; it would only become one of unknown outcome. */
const leastMs = 500;

/**
 * Sends the steps of a batch that nobody has sent: one after the other on one subject, several subjects at a time, each
 * outside any transaction. Stops beginning new ones when the request's time is nearly over.
 */
export async function takeSteps(scope: RequestScope, transact: Transact, batchId: string): Promise<void> {
  const items = await transact((sql) => readItems(sql, batchId));
  const ready = items.filter((item): item is BatchItem & SentStep => item.state === 'READY');
  const subjects = [...Map.groupBy(ready, ({ room, subjectId }) => `${room} ${subjectId}`).values()];
  const lanes = Array.from({ length: Math.min(atOnce, subjects.length) }, async () => {
    for (let steps = subjects.shift(); steps !== undefined; steps = subjects.shift()) {
      for (const step of steps) await takeStep(scope, transact, batchId, step);
    }
  });
  await Promise.all(lanes);
}

async function takeStep(
  scope: RequestScope,
  transact: Transact,
  batchId: string,
  step: BatchItem & SentStep,
): Promise<void> {
  if (scope.signal.aborted || scope.request.deadline - scope.clock.now().getTime() < leastMs) return;
  if (!(await transact((sql) => claimItem(sql, batchId, step.place)))) return;
  const errors = await send(scope, step);
  if (errors !== undefined) await transact((sql) => keepAnswer(sql, batchId, step.place, errors));
}

/** The owner's refusals, none when the step was taken; undefined when no answer says which. */
async function send(scope: RequestScope, step: SentStep): Promise<UserError[] | undefined> {
  const { mutation, input, room } = step;
  const { request } = scope;
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  try {
    const answer = await scope.environment.link().call({
      subgraph: room,
      query: `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code message path rule } } }`,
      variables: { input },
      isMutation: true,
      principal: scope.principal,
      requestId: scope.requestId,
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
      locale: scope.locale,
      deadline: request.deadline,
      signal: scope.signal,
    });
    const payload = answer.data?.[mutation] as { userErrors: UserError[] } | null | undefined;
    if (payload != null) return payload.userErrors;
    scope.environment.log.warn(
      { mutation, room, errors: answer.errors },
      'a step of a batch was not answered',
    );
  } catch (error) {
    // It may have been done: the owner's answer was lost, not necessarily its work.
    scope.environment.log.warn({ mutation, room, err: error }, 'a step of a batch was not answered');
  }
  return undefined;
}
