import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FakeClock, systemClock } from '../../subgraphs/kit/base/clock.js';

describe("the machine's clock", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('does not run work of thirty days at once, as a timer of Node would', () => {
    const work = jest.fn();
    const thirtyDays = 30 * 24 * 3_600_000;
    systemClock.after(thirtyDays, work);
    jest.advanceTimersByTime(thirtyDays - 1);
    expect(work).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('does not run work that was called off, in its first wait or in a later one', () => {
    const work = jest.fn();
    systemClock.after(5, work)();
    const later = systemClock.after(30 * 24 * 3_600_000, work);
    jest.advanceTimersByTime(2_147_483_647);
    later();
    jest.runAllTimers();
    expect(work).not.toHaveBeenCalled();
  });
});

describe('a clock that is moved', () => {
  test('runs what falls due in its order, each at its instant, and what that plans on the way', () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z');
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} ${clock.now().toISOString().slice(17, 23)}`);
    clock.after(300, note('late'));
    const callOff = clock.after(150, note('never'));
    clock.after(100, () => {
      note('early')();
      callOff();
      clock.after(50, note('planned'));
    });
    clock.after(301, note('afterwards'));
    clock.advance(300);
    expect(ran).toEqual(['early 00.100', 'planned 00.150', 'late 00.300']);
    expect(clock.waiting).toEqual([301]);
    expect(clock.now()).toEqual(new Date('2026-01-01T00:00:00.300Z'));
  });

  test('tells when somebody waits', async () => {
    const clock = new FakeClock();
    const told = clock.untilWaiting(20);
    clock.after(10, () => undefined);
    clock.after(20, () => undefined);
    await told;
    expect(clock.waiting).toEqual([10, 20]);
  });
});
