import { describe, expect, test } from '@jest/globals';
import { machineFaults } from '../../subgraphs/kit/room/machine/machine-faults.js';
import { roomMachines } from '../../subgraphs/alliance/sdl.js';

describe('every state machine of the house', () => {
  const machines = Object.entries(roomMachines()).flatMap(([room, list]) =>
    list.map((machine) => [`${room}: ${machine.definition.name}`, machine] as const),
  );

  test('is found, in every room that has states', () => {
    expect(machines.length).toBeGreaterThanOrEqual(4);
  });

  test.each(machines)('%s leaves nobody waiting without an owner, a due date and a way out', (_, machine) => {
    expect(machineFaults(machine)).toEqual([]);
  });
});
