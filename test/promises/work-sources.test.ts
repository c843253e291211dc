import { describe, expect, test } from '@jest/globals';
import { roomModules } from '../../subgraphs/alliance/modules.js';
import type { RoomKit, RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { statesOfWork } from '../../subgraphs/kit/room/work/announced-work.js';
import { workChangedType } from '../../subgraphs/kit/room/work/work-event.js';

const modules = roomModules.map((module) => [module.name, module] as const);
const waiting = (module: RoomModule) =>
  module.machines.filter((machine) => statesOfWork({ machine }).length > 0);

describe.each(modules)('in the room of %s', (_, module) => {
  test('every machine with a state that waits for an official says in one place what that means for the inbox', () => {
    const work = module.work ?? [];
    expect(work.map(({ machine }) => machine.definition.name).toSorted()).toEqual(
      waiting(module)
        .map(({ definition }) => definition.name)
        .toSorted(),
    );
    expect(new Set(work.map(({ type }) => type)).size).toBe(work.length);
  });

  test('every source is of a machine’s own actions, and of an entity that the room stores', () => {
    for (const { machine, mutations = {}, entity, type } of module.work ?? []) {
      expect(type).toBe(machine.definition.name);
      expect(Object.keys(machine.definition.actions)).toEqual(expect.arrayContaining(Object.keys(mutations)));
      expect(module.entities).toContain(entity);
    }
  });

  test('what waits is told to the inbox', () => {
    expect(module.emits[workChangedType]).toEqual(['institutions']);
  });
});

test('the inbox listens to every room that has something that waits', () => {
  const inbox = roomModules.find(({ name }) => name === 'institutions')!.compose({} as RoomKit);
  const heard = (inbox.subscriptions ?? []).flatMap(({ producer, types }) =>
    types.includes(workChangedType) ? [producer] : [],
  );
  expect(heard.toSorted()).toEqual(
    roomModules.flatMap((module) => ((module.work ?? []).length > 0 ? [module.name] : [])).toSorted(),
  );
});
