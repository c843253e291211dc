import { Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createTestRouter, FakeSchool, names, person, record } from '../../rooms/records-fixture.js';
import { input, kept, write } from './write-back-operations.js';

let a: FakeSchool;
let b: FakeSchool;
beforeEach(() => {
  a = new FakeSchool('inst_a', names());
  b = new FakeSchool('inst_b', names());
});

describe('after an exemption was written', () => {
  const about = (number: string) => ({
    r: [
      record('inst_a', number),
      { __typename: 'CourseResult', institutionId: 'inst_a', nativeKey: `${number}|a` },
    ],
  });

  test('copies of that student are gone at once, those of others and of other schools stay', async () => {
    const { ask } = await createTestRouter([a, b]);
    for (const number of ['1', '2']) await ask(kept, about(number));
    await ask(kept, { r: [record('inst_b', '1')] });
    await ask(write, { input: input() });
    const before = [a.asked.length, b.asked.length];
    await ask(kept, about('2'));
    await ask(kept, { r: [record('inst_b', '1')] });
    expect([a.asked.length, b.asked.length]).toEqual(before);
    await ask(kept, about('1'));
    expect(a.asked).toHaveLength(before[0]! + 1);
    expect(a.askedFor.at(-1)).toEqual(about('1').r);
  });

  test('an answer that was under way before is neither kept nor joined, also when the writing failed', async () => {
    const { ask } = await createTestRouter([a]);
    let release = () => undefined as void;
    a.respond = (_, usual) => new Promise((resolve) => (release = () => resolve(usual())));
    const before = ask(kept, about('1'));
    await a.untilAsked();
    const readOn = release;
    a.respond = async ({ query }, usual) => {
      if (query.startsWith('mutation')) throw new Error('down');
      return usual();
    };
    await ask(write, { input: input() });
    await ask(kept, about('1'));
    const asked = a.asked.length;
    readOn();
    await before;
    await ask(kept, about('2'));
    expect(a.asked).toHaveLength(asked + 1);
    const first = a.askedFor.filter((list) => JSON.stringify(list) === JSON.stringify(about('1').r));
    expect(first).toHaveLength(2);
  });

  test('other routers are told, by a mark that names no student', async () => {
    const here = await createTestRouter([a]);
    const there = await createTestRouter([a]);
    const told: string[] = [];
    here.wakes.subscribe((signal) => {
      told.push(JSON.stringify(signal));
      there.wakes.publish(signal);
    });
    await there.ask(kept, about('1'));
    await here.ask(write, { input: input({ studentNumber: '1' }) });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^\{"type":"StudentRecordWritten","id":"inst_a:[\w-]{43}"\}$/);
    const asked = a.asked.length;
    await there.ask(kept, about('1'));
    expect(a.asked).toHaveLength(asked + 1);
  });

  test('a line in the log says what was done for whom, without personal data', async () => {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk, _, next) => (lines.push(String(chunk)), next()) });
    const { ask } = await createTestRouter([a], { log: pino({ level: 'info' }, sink) });
    await ask(write, { input: input({ studentNumber: '120149998' }) });
    await ask(write, { input: input() }, { principal: person('chen') });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { institutionId: 'inst_a', subject: 'service:test', requestId: 'req_test', outcome: 'WRITTEN' },
      { institutionId: 'inst_a', subject: 'chen', outcome: 'ACTION_FORBIDDEN' },
    ]);
    expect(lines.join()).not.toMatch(/120149998|AMRLO-2026/);
  });
});
