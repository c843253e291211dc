import '../kit/base/needs-node.js';
import { runRoom } from '../kit/room/run-room.js';
import { agreementsModule } from './agreements.module.js';

await runRoom(agreementsModule);
