import type { Json } from '../audit/canonical-json.js';

/** Something that happened in a room, as the other rooms learn of it. */
export interface OutboxEvent {
  /** `evt_…`; the same in every delivery of the event. */
  readonly id: string;
  /** Grows within an aggregate in the order of its changes; between aggregates it says nothing. */
  readonly seq: number;
  /** For example `DepositRevoked`. */
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The aggregate's version after the change. */
  readonly version: number;
  readonly payload: Json;
  /** RFC 3339, UTC. */
  readonly occurredAt: string;
}
