import { describe, expect, test } from '@jest/globals';
import { inTransaction } from '../../subgraphs/adapters/drivers/sql/in-transaction.js';

/** A session that notes what it is told, and fails at what is named. */
function session(...failing: readonly string[]) {
  const told: string[] = [];
  const command = (name: string) => async () => {
    told.push(name);
    if (failing.includes(name)) throw new Error(`${name} failed`);
  };
  const work = async () => {
    await command('work')();
    return 'done';
  };
  return {
    told,
    work,
    commands: { begin: command('begin'), commit: command('commit'), rollback: command('rollback') },
  };
}

const stays = { signal: new AbortController().signal };

describe('a transaction in a school’s database', () => {
  test('is begun, worked in and committed', async () => {
    const { told, commands, work } = session();
    expect(await inTransaction(commands, stays, work)).toBe('done');
    expect(told).toEqual(['begin', 'work', 'commit']);
  });

  test('is not begun where the session is always in one', async () => {
    const { told, commands, work } = session();
    await inTransaction({ ...commands, begin: undefined }, stays, work);
    expect(told).toEqual(['work', 'commit']);
  });

  test.each([
    ['its work', 'work', ['begin', 'work', 'rollback']],
    ['its commit', 'commit', ['begin', 'work', 'commit', 'rollback']],
    ['its beginning, which leaves nothing to roll back', 'begin', ['begin']],
  ])('rejects and leaves nothing behind when it fails at %s', async (_, failing, expected) => {
    const { told, commands, work } = session(failing);
    await expect(inTransaction(commands, stays, work)).rejects.toThrow(`${failing} failed`);
    expect(told).toEqual(expected);
  });

  test('rejects with what went wrong first when the session is gone', async () => {
    const { commands, work } = session('work', 'rollback');
    await expect(inTransaction(commands, stays, work)).rejects.toThrow('work failed');
  });

  test('writes nothing when nobody waits for it any more', async () => {
    const { told, commands, work } = session();
    const leaving = new AbortController();
    const left = inTransaction(commands, leaving, async () => {
      const done = await work();
      leaving.abort(new Error('left'));
      return done;
    });
    await expect(left).rejects.toThrow('left');
    expect(told).toEqual(['begin', 'work', 'rollback']);
  });
});
