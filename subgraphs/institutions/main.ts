import '../kit/base/needs-node.js';
import { runRoom } from '../kit/room/run-room.js';
import { institutionsModule } from './institutions.module.js';

await runRoom(institutionsModule);
