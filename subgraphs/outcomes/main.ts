import '../kit/base/needs-node.js';
import { runRoom } from '../kit/room/run-room.js';
import { outcomesModule } from './outcomes.module.js';

await runRoom(outcomesModule);
