import type { RequestScope } from './scope/request-scope.js';

/** The GraphQL context of a room's resolvers. */
export interface RoomContext {
  readonly scope: RequestScope;
}
