import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import {
  anonymous,
  roles,
  servicePrincipal,
  type Principal,
  type Role,
} from '../../subgraphs/kit/base/identity/principal.js';
import type { GuardContext } from '../../subgraphs/kit/room/machine/machine-definition.js';
import { machineFaults } from '../../subgraphs/kit/room/machine/machine-faults.js';
import { defineMachine, type Machine, type StateOf } from '../../subgraphs/kit/room/machine/machine.js';

interface DepositFacts {
  readonly enteredBy: string;
  readonly remaining: number;
}

const deposit = defineMachine({
  name: 'Deposit',
  source: 'model.md section 2, invariant 12',
  initial: ['REQUESTED', 'IMPORTED'],
  states: {
    REQUESTED: { title: { zh: '已申请', en: 'Requested' }, waitsFor: 'REGISTRAR', dueInDays: 10 },
    NEEDS_INFO: { waitsFor: 'OWNER', dueInDays: 30, overdue: 'REGISTRAR' },
    IMPORTED: { waitsFor: 'SERVICE', dueInDays: 0 },
    BANKED: { resting: true },
    REVOKED: { final: true },
    WITHDRAWN: { final: true },
  },
  actions: {
    askForInfo: { from: ['REQUESTED'], to: 'NEEDS_INFO', by: ['REGISTRAR'] },
    answer: { from: ['NEEDS_INFO'], to: 'REQUESTED', by: ['OWNER'] },
    withdraw: { from: ['REQUESTED', 'NEEDS_INFO'], to: 'WITHDRAWN', by: ['OWNER'] },
    remark: {
      from: ['REQUESTED', 'NEEDS_INFO', 'BANKED'],
      by: ['REGISTRAR', { role: 'SECRETARIAT', anywhere: true }],
    },
    reviewDeposit: {
      from: ['REQUESTED'],
      to: 'BANKED',
      by: ['REGISTRAR'],
      guard: ({ principal, facts }: GuardContext<DepositFacts>) =>
        facts.enteredBy === principal.subject ? 'DEPOSIT_SAME_PERSON' : undefined,
    },
    validate: { from: ['IMPORTED'], to: 'BANKED', by: ['SERVICE'] },
    revoke: {
      from: ['BANKED'],
      to: 'REVOKED',
      by: ['REGISTRAR', { role: 'COUNCIL_MEMBER', anywhere: true }],
      guard: ({ facts }: GuardContext<DepositFacts>) =>
        facts.remaining < 3
          ? {
              code: 'CREDITS_EXCEEDED' as const,
              parameters: { remaining: String(facts.remaining), wanted: '3' },
            }
          : undefined,
    },
  },
});

type DepositState = StateOf<typeof deposit>;
const states = Object.keys(deposit.definition.states) as DepositState[];
const facts: DepositFacts = { enteredBy: 'somebody-else', remaining: 3 };

function person(subject: string, ...grants: [Role, string | null][]): Principal {
  return {
    kind: 'PERSON',
    subject,
    scopes: [],
    grants: grants.map(([role, institutionId], at) => ({
      id: `grant_${at}`,
      role,
      institutionId,
      from: '2020-01-01T00:00:00Z',
      to: null,
    })),
  };
}

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof AmrloError)) throw error;
    return error.code;
  }
}

describe('a state machine', () => {
  test('lets the registrar of the row’s institution act and leads to the declared state', () => {
    const principal = person('reg', ['REGISTRAR', 'inst_a']);
    const context = { state: 'REQUESTED', principal, institutionId: 'inst_a', facts } as const;
    expect(codeOf(() => deposit.check('reviewDeposit', context))).toBeNull();
    expect(deposit.next('reviewDeposit', 'REQUESTED')).toBe('BANKED');
  });

  test('forbids the registrar of another institution, and of a row without an institution', () => {
    const principal = person('reg', ['REGISTRAR', 'inst_b'], ['REGISTRAR', null]);
    for (const institutionId of ['inst_a', null, undefined]) {
      const context = { state: 'REQUESTED', principal, institutionId, facts } as const;
      expect(codeOf(() => deposit.check('reviewDeposit', context))).toBe('ACTION_FORBIDDEN');
    }
  });

  test('lets bodies of the alliance act for every institution', () => {
    const principal = person('council', ['COUNCIL_MEMBER', null]);
    const context = { state: 'BANKED', principal, institutionId: 'inst_a', facts } as const;
    expect(codeOf(() => deposit.check('revoke', context))).toBeNull();
  });

  test('takes only the learner of the row as OWNER, never nobody for an unowned row', () => {
    const context = { state: 'REQUESTED', institutionId: 'inst_a', facts } as const;
    const withdraw = (principal: Principal, owner: string | null | undefined) =>
      codeOf(() => deposit.check('withdraw', { ...context, principal, owner }));
    expect(withdraw(person('li'), 'li')).toBeNull();
    expect(withdraw(person('wang'), 'li')).toBe('ACTION_FORBIDDEN');
    expect(withdraw(person('li'), null)).toBe('ACTION_FORBIDDEN');
    expect(withdraw(anonymous, '')).toBe('ACTION_FORBIDDEN');
    expect(withdraw(anonymous, undefined)).toBe('ACTION_FORBIDDEN');
  });

  test('takes only a service of this house as SERVICE, not a person with a grant of that name', () => {
    const context = { state: 'IMPORTED', institutionId: 'inst_a', facts } as const;
    const validate = (principal: Principal) =>
      codeOf(() => deposit.check('validate', { ...context, principal }));
    expect(validate(servicePrincipal('learners'))).toBeNull();
    expect(validate(person('mallory', ['SERVICE', null]))).toBe('ACTION_FORBIDDEN');
  });

  test('refuses an action from the wrong state with the state in the message', () => {
    const principal = person('reg', ['REGISTRAR', 'inst_a']);
    const context = { state: 'REVOKED', principal, institutionId: 'inst_a', facts } as const;
    expect(() => deposit.check('reviewDeposit', context)).toThrow(
      'Deposit is REVOKED; reviewDeposit is not possible.',
    );
    expect(() => deposit.next('reviewDeposit', 'REVOKED')).toThrow('Deposit is REVOKED');
  });

  test('tells those who may not act nothing about the state', () => {
    const context = { principal: person('wang'), institutionId: 'inst_a', facts };
    const codes = states.map((state) => codeOf(() => deposit.check('reviewDeposit', { ...context, state })));
    expect(new Set(codes)).toEqual(new Set(['ACTION_FORBIDDEN']));
  });

  test('refuses with the guard’s code and its values', () => {
    const principal = person('reg', ['REGISTRAR', 'inst_a']);
    const context = { principal, institutionId: 'inst_a' };
    const review = { ...context, state: 'REQUESTED', facts: { enteredBy: 'reg', remaining: 3 } } as const;
    expect(codeOf(() => deposit.check('reviewDeposit', review))).toBe('DEPOSIT_SAME_PERSON');
    const revoke = { ...context, state: 'BANKED', facts: { enteredBy: 'x', remaining: 1 } } as const;
    expect(() => deposit.check('revoke', revoke)).toThrow('1 remaining, 3 wanted');
    expect(deposit.availableActions(revoke).find(({ action }) => action === 'revoke')).toEqual({
      action: 'revoke',
      allowed: false,
      reason: 'CREDITS_EXCEEDED',
      parameters: { remaining: '1', wanted: '3' },
    });
  });

  test('stays in its state when an action leads nowhere', () => {
    expect(deposit.next('remark', 'BANKED')).toBe('BANKED');
  });

  test('goes into a list of machines of any kind', () => {
    const machines: readonly Machine[] = [deposit];
    expect(machines.flatMap(machineFaults)).toEqual([]);
  });

  test('knows its states and actions as types', () => {
    const principal = person('reg', ['REGISTRAR', 'inst_a']);
    // @ts-expect-error -- no such action
    expect(codeOf(() => deposit.check('fly', { state: 'BANKED', principal, facts }))).toBe(
      'ACTION_FORBIDDEN',
    );
    // @ts-expect-error -- no such state
    expect(codeOf(() => deposit.next('revoke', 'GONE'))).toBe('ACTION_NOT_ALLOWED');
    const wrong = {
      name: 'X',
      source: '',
      // @ts-expect-error -- no such state in a declaration
      initial: ['B'],
      states: { A: {} },
      actions: {},
    } satisfies Parameters<typeof defineMachine<'A', never>>[0];
    expect(wrong.initial).toEqual(['B']);
  });

  test('lists an action as allowed exactly when it would pass', () => {
    const principals = fc.oneof(
      fc.constant(anonymous),
      fc.constant(servicePrincipal('learners')),
      fc
        .record({
          subject: fc.constantFrom('li', 'wang'),
          grants: fc.array(fc.tuple(fc.constantFrom(...roles), fc.constantFrom('inst_a', 'inst_b', null)), {
            maxLength: 4,
          }),
        })
        .map(({ subject, grants }) => person(subject, ...grants)),
    );
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom(...states),
          principal: principals,
          institutionId: fc.constantFrom('inst_a', 'inst_b', null, undefined),
          owner: fc.constantFrom('li', 'wang', null, undefined),
          facts: fc.record({
            enteredBy: fc.constantFrom('li', 'wang'),
            remaining: fc.integer({ min: 0, max: 6 }),
          }),
        }),
        (context) => {
          for (const { action, allowed, reason } of deposit.availableActions(context)) {
            const code = codeOf(() => deposit.check(action, context));
            expect(allowed).toBe(code === null);
            expect(reason).toBe(code);
            if (allowed) expect(states).toContain(deposit.next(action, context.state));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a due date', () => {
  test('counts calendar days in Asia/Shanghai and ends with the last legal day', () => {
    // 23:30 in Shanghai on the 15th, and half an hour into the 16th.
    expect(deposit.dueDate('REQUESTED', new Date('2026-01-15T15:30:00Z'))).toBe('2026-01-25');
    expect(deposit.dueAt('REQUESTED', new Date('2026-01-15T15:30:00Z'))?.toISOString()).toBe(
      '2026-01-25T16:00:00.000Z',
    );
    expect(deposit.dueDate('REQUESTED', new Date('2026-01-15T16:30:00Z'))).toBe('2026-01-26');
  });

  test('crosses the end of a month and of February', () => {
    expect(deposit.dueDate('REQUESTED', new Date('2028-02-20T00:00:00Z'))).toBe('2028-03-01');
    expect(deposit.dueDate('NEEDS_INFO', new Date('2026-12-31T00:00:00Z'))).toBe('2027-01-30');
  });

  test('is absent where nobody is waited for', () => {
    expect(deposit.dueAt('BANKED', new Date())).toBeNull();
    expect(deposit.isOverdue('REVOKED', new Date(0), new FakeClock())).toBe(false);
  });

  test('is missed from the first instant after its last day', () => {
    const entered = new Date('2026-01-15T02:00:00Z');
    expect(deposit.isOverdue('REQUESTED', entered, new FakeClock('2026-01-25T15:59:59.999Z'))).toBe(false);
    expect(deposit.isOverdue('REQUESTED', entered, new FakeClock('2026-01-25T16:00:00Z'))).toBe(true);
  });

  test('follows a policy that gives other numbers of days', () => {
    const patient = deposit.withDueDays({ REQUESTED: 20 });
    expect(patient.dueDate('REQUESTED', new Date('2026-01-15T02:00:00Z'))).toBe('2026-02-04');
    expect(patient.dueDate('NEEDS_INFO', new Date('2026-01-15T02:00:00Z'))).toBe('2026-02-14');
    expect(deposit.dueDate('REQUESTED', new Date('2026-01-15T02:00:00Z'))).toBe('2026-01-25');
  });

  test('is after the entry and never more than its days and one away', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('2000-01-01T00:00:00Z'),
          max: new Date('2099-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        (entered) => {
          const due = deposit.dueAt('REQUESTED', entered)?.getTime() ?? 0;
          const days = (due - entered.getTime()) / 86_400_000;
          expect(days).toBeGreaterThan(10);
          expect(days).toBeLessThanOrEqual(11);
        },
      ),
    );
  });
});
