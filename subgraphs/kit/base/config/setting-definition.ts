import type { z } from 'zod';
import { roomNames, subgraphNames, type ProcessKind } from './process-kinds.js';

/** One setting: how it is read, what it is when nobody sets it, and who uses it. */
export interface SettingDefinition {
  /** Reads the text of the value; its description follows "must be" in a refusal. */
  readonly schema: z.ZodType<unknown, string>;
  /** As it would be written by hand; absent where the setting may be absent. */
  readonly default?: string;
  /** One line for `--help` and the README. */
  readonly description: string;
  /** Never printed, refused on command lines (other users can read those), also read from the file `<NAME>_FILE`. */
  readonly secret?: boolean;
  /** Also read from the file `<NAME>_FILE` although it is no secret, because its value has many lines. */
  readonly fromFile?: boolean;
  readonly processes: readonly ProcessKind[];
}

/** The processes that listen on a port. */
export const listening = ['alliance', 'gateway', ...subgraphNames, 'adapter'] as const;

/** The processes that clients reach. */
export const edge = ['alliance', 'gateway'] as const;

/** The processes that open the rooms' databases. */
export const storing = ['alliance', ...roomNames, 'command'] as const;

/** The processes that call subgraphs. */
export const calling = ['alliance', 'gateway', ...subgraphNames] as const;
