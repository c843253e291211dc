import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { TaskEntity } from './task.entity.js';
import { keysOf } from './task-keys.js';

/**
 * Officials read what waits for a role of theirs, or for them by name; so do those who are told when it is late. A
 * policy knows no time: that the latter see it only once it is late is the inbox's condition (`task-conditions.ts`).
 */
export const taskPolicy = rowPolicy(TaskEntity, (principal) => {
  if (principal.kind === 'SERVICE') return 'all';
  const keys = keysOf(principal);
  if (keys.length === 0) return 'none';
  return { $or: [{ waitsFor: { $overlap: keys } }, { overdueFor: { $overlap: keys } }] };
});
