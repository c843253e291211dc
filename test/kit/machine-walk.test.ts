import { describe, expect, test } from '@jest/globals';
import type { AnyMachineDefinition } from '../../subgraphs/kit/room/machine/machine-definition.js';
import { machineDiagram } from '../../subgraphs/kit/room/machine/machine-diagram.js';
import { machineFaults } from '../../subgraphs/kit/room/machine/machine-faults.js';

const sound: AnyMachineDefinition = {
  name: 'Letter',
  source: 'charter art. 12(6)',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: {
      title: { zh: '已提出', en: 'Proposed' },
      waitsFor: ['REGISTRAR', 'INSTITUTION_ADMIN'],
      dueInDays: 1,
    },
    SIGNED: { resting: true },
    LAPSED: { final: true },
  },
  actions: {
    sign: {
      title: { zh: '签署', en: 'Sign' },
      from: ['PROPOSED'],
      to: 'SIGNED',
      by: ['REGISTRAR', 'INSTITUTION_ADMIN'],
    },
    remark: { from: ['SIGNED'], by: [{ role: 'SECRETARIAT', anywhere: true }], guard: () => undefined },
    lapse: { from: ['PROPOSED', 'SIGNED'], to: 'LAPSED', by: ['SERVICE'] },
  },
};

function faultsWith(change: Partial<AnyMachineDefinition>): string[] {
  return machineFaults({ definition: { ...sound, ...change } });
}

function faultsOfStates(states: AnyMachineDefinition['states']): string[] {
  return faultsWith({ states: { ...sound.states, ...states } });
}

function faultsOfActions(actions: AnyMachineDefinition['actions']): string[] {
  return faultsWith({ actions: { ...sound.actions, ...actions } });
}

describe('the walk over a machine', () => {
  test('finds nothing wrong with a sound one', () => {
    expect(machineFaults({ definition: sound })).toEqual([]);
  });

  test.each<[string, () => string[], string]>([
    [
      'a waiting state without an owner',
      () => faultsOfStates({ PROPOSED: { dueInDays: 1 } }),
      'waiting state PROPOSED has no owner',
    ],
    [
      'an empty list of owners',
      () => faultsOfStates({ PROPOSED: { waitsFor: [], dueInDays: 1 } }),
      'waiting state PROPOSED has no owner',
    ],
    [
      'a waiting state without a due date',
      () => faultsOfStates({ PROPOSED: { waitsFor: 'REGISTRAR' } }),
      'waiting state PROPOSED has no due date',
    ],
    [
      'a due date of half a day',
      () => faultsOfStates({ PROPOSED: { waitsFor: 'REGISTRAR', dueInDays: 0.5 } }),
      'waiting state PROPOSED has no due date',
    ],
    [
      'a waiting state without an exit',
      () => faultsWith({ actions: { remark: sound.actions['remark']! } }),
      'waiting state PROPOSED has no exit',
    ],
    [
      'an exit that is not its owner’s',
      () => faultsOfStates({ PROPOSED: { waitsFor: 'OWNER', dueInDays: 1 } }),
      'waiting state PROPOSED waits for OWNER, who has no action that leaves it',
    ],
    [
      'an unreachable state',
      () => faultsOfStates({ FORGOTTEN: { resting: true } }),
      'state FORGOTTEN cannot be reached',
    ],
    [
      'a state of no kind',
      () => faultsOfStates({ SIGNED: {} }),
      'state SIGNED is neither waiting, resting nor final',
    ],
    [
      'a state of two kinds',
      () => faultsOfStates({ SIGNED: { resting: true, waitsFor: 'SERVICE', dueInDays: 3 } }),
      'state SIGNED is of several kinds at once',
    ],
    [
      'a final state with an exit',
      () => faultsOfActions({ revive: { from: ['LAPSED'], to: 'SIGNED', by: ['SERVICE'] } }),
      'final state LAPSED has an exit (revive)',
    ],
    [
      'an action to an unknown state',
      () => faultsOfActions({ fly: { from: ['SIGNED'], to: 'MOON', by: ['SERVICE'] } }),
      'action fly leads to the unknown state MOON',
    ],
    [
      'an action from an unknown state',
      () => faultsOfActions({ land: { from: ['MOON'], to: 'SIGNED', by: ['SERVICE'] } }),
      'action land leaves from the unknown state MOON',
    ],
    [
      'an action from nowhere',
      () => faultsOfActions({ idle: { from: [], to: 'SIGNED', by: ['SERVICE'] } }),
      'action idle leaves from no state',
    ],
    [
      'an action of nobody',
      () => faultsOfActions({ idle: { from: ['SIGNED'], to: 'LAPSED', by: [] } }),
      'action idle may be taken by nobody',
    ],
    ['no initial state', () => faultsWith({ initial: [] }), 'has no initial state'],
    [
      'an unknown initial state',
      () => faultsWith({ initial: ['PROPOSED', 'MOON'] }),
      'starts in the unknown state MOON',
    ],
  ])('finds %s', (_, faults, expected) => {
    expect(faults()).toContain(`Letter: ${expected}`);
  });

  test('finds states that only wait for each other', () => {
    const faults = faultsWith({
      states: { A: { waitsFor: 'SERVICE', dueInDays: 1 }, B: { waitsFor: 'SERVICE', dueInDays: 1 } },
      initial: ['A'],
      actions: {
        forth: { from: ['A'], to: 'B', by: ['SERVICE'] },
        back: { from: ['B'], to: 'A', by: ['SERVICE'] },
      },
    });
    expect(faults).toEqual([
      'Letter: state A is a dead end: it never ends or rests',
      'Letter: state B is a dead end: it never ends or rests',
    ]);
  });
});

describe('the documentation of a machine', () => {
  test('shows the diagram, who acts, the due date and the exits', () => {
    expect(machineDiagram({ definition: sound })).toBe(
      [
        '# Letter',
        '',
        'Source: charter art. 12(6)',
        '',
        '```mermaid',
        'stateDiagram-v2',
        '  [*] --> PROPOSED',
        '  PROPOSED --> SIGNED: sign',
        '  SIGNED --> SIGNED: remark',
        '  PROPOSED --> LAPSED: lapse',
        '  SIGNED --> LAPSED: lapse',
        '  LAPSED --> [*]',
        '```',
        '',
        '| State | 名称 | Title | Who acts | Due | When overdue | Exits |',
        '|---|---|---|---|---|---|---|',
        '| PROPOSED | 已提出 | Proposed | REGISTRAR, INSTITUTION_ADMIN | 1 day | SECRETARIAT | sign → SIGNED; lapse → LAPSED |',
        '| SIGNED |  |  | nobody (rests) |  |  | lapse → LAPSED |',
        '| LAPSED |  |  | final |  |  |  |',
        '',
        '| Action | 名称 | Title | From | To | By | Guarded |',
        '|---|---|---|---|---|---|---|',
        '| sign | 签署 | Sign | PROPOSED | SIGNED | REGISTRAR, INSTITUTION_ADMIN |  |',
        '| remark |  |  | SIGNED | same | SECRETARIAT (anywhere) | yes |',
        '| lapse |  |  | PROPOSED, SIGNED | LAPSED | SERVICE |  |',
        '',
      ].join('\n'),
    );
  });
});
