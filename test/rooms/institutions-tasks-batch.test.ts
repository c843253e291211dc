import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { done, registrar, secretariat, startInbox, stranger, type InboxRoom } from './inbox-room.js';
import { idempotencyKey } from './institutions-room.js';

const takeTasks = `mutation ($input: TakeTasksInput!) { takeTasks(input: $input) {
  batch { id items { taskId action outcome userErrors { code message } } } userErrors { code path } } }`;

let room: InboxRoom;
let sent: LinkCall[] = [];
let owner: (call: LinkCall) => SubgraphResponse | Promise<SubgraphResponse>;
const agreed = (call: LinkCall): SubgraphResponse => ({
  data: { [/\{ (\w+)\(/.exec(call.query)![1]!]: { userErrors: [] } },
});
beforeAll(async () => {
  room = await startInbox((call) => {
    sent.push(call);
    return owner(call);
  });
});
afterAll(async () => room[Symbol.asyncDispose]());
beforeEach(() => {
  sent = [];
  owner = agreed;
});

/** Makes tasks of one type and gives their ids in the order of the rows. */
async function tasksOf(type: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${type}-${String(n).padStart(3, '0')}`);
  await room.tell(...ids.map((id) => ({ id, type })));
  const { rows } = await room.sql.query('select id from task where type = $1 order by subject_id', [type]);
  return rows.map(({ id }) => id as string);
}
const approve = (taskId: string | undefined, changes: object = {}) => ({
  taskId: taskId!,
  action: 'reviewDeposit',
  expectedVersion: 1,
  ...changes,
});
const take = async (steps: object[], input: object = {}, by = registrar) => {
  const { data, errors } = await room.ask(by, takeTasks, {
    input: { steps, idempotencyKey: idempotencyKey(), ...input },
  });
  expect(errors).toBeUndefined();
  return data.takeTasks;
};
// oxlint-disable-next-line typescript/no-explicit-any -- the shape of the query above
const outcomes = (payload: any) => payload.batch.items.map((item: { outcome: string }) => item.outcome);

describe('a batch of decisions', () => {
  test('calls the owner of each row as the official who decides, with what the task offers', async () => {
    const [one] = await tasksOf('AsMyself', 1);
    expect(outcomes(await take([approve(one)]))).toEqual(['TAKEN']);
    expect(sent).toMatchObject([
      {
        subgraph: 'learners',
        isMutation: true,
        principal: { kind: 'PERSON', subject: 'reg', grants: registrar.grants },
        variables: { input: { depositId: 'AsMyself-000', expectedVersion: 1, decision: 'APPROVE' } },
      },
    ]);
    expect(sent[0]!.query).toContain('mutation ($input: ReviewDepositInput!) { reviewDeposit(input: $input)');
  });

  test('gives the reason to the steps that need one, and refuses those that lack it', async () => {
    const [one, two] = await tasksOf('Reasoned', 2);
    const reject = approve(one, { action: 'rejectDeposit' });
    const refused = await take([reject, approve(two)]);
    expect(refused.batch.items).toMatchObject([
      { outcome: 'REFUSED', userErrors: [{ code: 'TASK_REASON_MISSING' }] },
      { outcome: 'TAKEN', userErrors: [] },
    ]);
    await take([reject], { reason: '材料不全' });
    expect(sent.at(-1)!.variables).toMatchObject({ input: { decision: 'REJECT', reason: '材料不全' } });
  });

  test('sends nothing that a task does not offer, and nothing of what the caller may not see', async () => {
    const [one, two, closed, lapsed] = await tasksOf('Refused', 4);
    await room.tell(
      { ...done('Refused-002', 2), type: 'Refused' },
      { id: 'Refused-003', type: 'Refused', lapsesAt: '2026-01-15T08:00:00.000Z' },
    );
    const { batch } = await take([
      approve(one, { action: 'revokeDeposit' }),
      approve(two, { expectedVersion: 7 }),
      approve(closed),
      approve(lapsed),
      approve('task_unknown'),
    ]);
    expect(batch.items.map((item: { userErrors: { code: string }[] }) => item.userErrors[0]!.code)).toEqual([
      'TASK_STEP_NOT_OFFERED',
      'VERSION_CONFLICT',
      'TASK_CLOSED',
      'TASK_CLOSED',
      'NOT_FOUND',
    ]);
    expect((await take([approve(one)], {}, stranger)).batch.items[0].userErrors[0].code).toBe('NOT_FOUND');
    expect(sent).toEqual([]);
  });

  test('goes on when the owner refuses one, and gives its words', async () => {
    const tasks = await tasksOf('OneRefusal', 3);
    owner = (call) =>
      JSON.stringify(call.variables).includes('001')
        ? {
            data: {
              reviewDeposit: {
                userErrors: [{ code: 'DEPOSIT_SAME_PERSON', message: 'no', path: null, rule: null }],
              },
            },
          }
        : agreed(call);
    const { batch } = await take(tasks.map((id) => approve(id)));
    expect(outcomes({ batch })).toEqual(['TAKEN', 'REFUSED', 'TAKEN']);
    expect(batch.items[1].userErrors).toEqual([{ code: 'DEPOSIT_SAME_PERSON', message: 'no' }]);
  });

  test('takes the steps on one subject one after the other, in the order given, and several subjects at a time', async () => {
    const tasks = await tasksOf('Parallel', 12);
    let running = 0;
    let most = 0;
    owner = async (call) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return agreed(call);
    };
    const steps = tasks.flatMap((id) => [approve(id), approve(id, { action: 'rejectDeposit' })]);
    await take(steps, { reason: 'r' });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
    for (const [, calls] of Map.groupBy(
      sent,
      (call) => (call.variables!['input'] as { depositId: string }).depositId,
    )) {
      expect(calls.map((call) => (call.variables!['input'] as { decision: string }).decision)).toEqual([
        'APPROVE',
        'REJECT',
      ]);
    }
  });
});

describe('a repetition', () => {
  test('of the same key gives the stored answers and sends nothing again', async () => {
    const tasks = await tasksOf('Replayed', 3);
    owner = (call) =>
      JSON.stringify(call.variables).includes('002')
        ? {
            data: {
              reviewDeposit: { userErrors: [{ code: 'NOT_FOUND', message: 'gone', path: null, rule: null }] },
            },
          }
        : agreed(call);
    const key = { idempotencyKey: idempotencyKey() };
    const steps = tasks.map((id) => approve(id));
    const first = await take(steps, key);
    expect(sent).toHaveLength(3);
    owner = agreed;
    expect(await take(steps, key)).toEqual(first);
    expect(sent).toHaveLength(3);
    expect((await take(steps.slice(1), key)).userErrors[0].code).toBe('IDEMPOTENCY_KEY_REUSED');
    // Somebody else's key is another key.
    expect((await take(steps, key, secretariat)).batch.id).not.toBe(first.batch.id);
  });

  test('at the same time decides nothing twice', async () => {
    const tasks = await tasksOf('Doubled', 30);
    const key = { idempotencyKey: idempotencyKey() };
    const steps = tasks.map((id) => approve(id));
    await Promise.all([take(steps, key), take(steps, key), take(steps, key)]);
    expect(sent).toHaveLength(30);
    expect(new Set(outcomes(await take(steps, key)))).toEqual(new Set(['TAKEN']));
  });

  test('says of a step whose answer was lost that its outcome is unknown, and does not send it again', async () => {
    const [one, two, three] = await tasksOf('Lost', 3);
    owner = (call) => {
      const text = JSON.stringify(call.variables);
      if (text.includes('000')) throw new AmrloError('UPSTREAM_TIMEOUT', { subgraph: 'learners' });
      if (text.includes('001'))
        return { data: null, errors: [{ message: 'x', extensions: { code: 'INTERNAL' } }] };
      return agreed(call);
    };
    const key = { idempotencyKey: idempotencyKey() };
    const steps = [approve(one), approve(two), approve(three)];
    expect(outcomes(await take(steps, key))).toEqual(['UNKNOWN', 'UNKNOWN', 'TAKEN']);
    owner = agreed;
    expect(outcomes(await take(steps, key))).toEqual(['UNKNOWN', 'UNKNOWN', 'TAKEN']);
    expect(sent).toHaveLength(3);
    // With another key it is another decision; the owner's expectedVersion says whether the first was taken.
    expect(outcomes(await take([approve(one)]))).toEqual(['TAKEN']);
  });

  test('after the process died between the steps sends what was never sent, and only that', async () => {
    const [one, two] = await tasksOf('Died', 2);
    const key = { idempotencyKey: idempotencyKey() };
    const steps = [approve(one), approve(two)];
    const { batch } = await take(steps, key);
    // As a process leaves it that is killed after it sent the first step.
    await room.sql.query('alter table task_batch_item disable trigger task_batch_item_once');
    await room.sql.query(
      `update task_batch_item set state = case place when 0 then 'SENT' else 'READY' end where batch_id = $1`,
      [batch.id],
    );
    await room.sql.query('alter table task_batch_item enable trigger task_batch_item_once');
    sent = [];
    expect(outcomes(await take(steps, key))).toEqual(['UNKNOWN', 'TAKEN']);
    expect(sent.map((call) => call.variables)).toEqual([
      { input: { depositId: 'Died-001', expectedVersion: 1, decision: 'APPROVE' } },
    ]);
  });

  test('past the service: an outcome never changes, and nobody reads the batches of others', async () => {
    const [one] = await tasksOf('Fixed', 1);
    const { batch } = await take([approve(one)]);
    await expect(
      room.sql.query(`update task_batch_item set state = 'READY' where batch_id = $1`, [batch.id]),
    ).rejects.toMatchObject({ constraint: 'task_batch_item_once' });
    const app = await room.connectAsApp();
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'other', false)`,
    );
    expect((await app.query('select from task_batch_item')).rowCount).toBe(0);
    expect((await app.query('select from task_batch')).rowCount).toBe(0);
  });
});

describe('misuse', () => {
  test('an empty batch, one of more than a hundred and a blank reason are refused with the reason why', async () => {
    const [one] = await tasksOf('Misuse', 1);
    const many = Array.from({ length: 101 }, () => approve(one));
    for (const [steps, more] of [
      [[], {}],
      [many, {}],
      [[approve(one)], { reason: '  ' }],
      [[approve(one)], { idempotencyKey: 'short' }],
    ] as const) {
      expect((await take([...steps], more)).userErrors[0].code).toBe('INPUT_INVALID');
    }
    expect(sent).toEqual([]);
  });
});
