import '../kit/base/needs-node.js';
import { runRoom } from '../kit/room/run-room.js';
import { learnersModule } from './learners.module.js';

await runRoom(learnersModule);
