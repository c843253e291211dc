import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { SeatEntity } from './seat.entity.js';

/** Who holds which office in which body is public; the holder's subject is a field for the secretariat only. */
export const seatPolicy = rowPolicy(SeatEntity, () => 'all');
