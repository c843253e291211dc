import { contractSdl } from '../records/contract.js';
import type { Machine } from '../kit/room/machine/machine.js';
import type { RoomKit } from '../kit/room/room-module.js';
import { federatedSchema } from '../kit/room/schema/federated-schema.js';
import { roomModules } from './modules.js';

/** The SDL that each of the five subgraphs publishes, by the subgraph's name; needs no database. */
export async function roomSdls(): Promise<Record<string, string>> {
  const sdls: Record<string, string> = {};
  for (const module of roomModules) {
    // Services are made but never called, so that what they are made of does not matter.
    sdls[module.name] = (await federatedSchema(module.compose({} as RoomKit))).sdl;
  }
  return { ...sdls, records: contractSdl };
}

/** Every state machine of the house, by the room that declares it. */
export function roomMachines(): Record<string, readonly Machine[]> {
  return Object.fromEntries(roomModules.map((module) => [module.name, module.machines]));
}
