import { Field, Int, ObjectType } from 'type-graphql';
import { BodyKind } from '../bodies/body.types.js';
import { ServicePointKind } from '../service-points/service-point.types.js';

/** Bodies of one kind and their seats. */
@ObjectType()
export class BodiesOfKind {
  @Field(() => BodyKind)
  kind!: BodyKind;

  @Field(() => Int)
  bodies!: number;

  @Field(() => Int, { description: 'Seats that give a vote now.' })
  seatsFilled!: number;

  @Field(() => Int, { description: 'Of these, seats whose term ends within 90 days.' })
  expiringSeats!: number;
}

/** Service points of one kind that are open. */
@ObjectType()
export class ServicePointsOfKind {
  @Field(() => ServicePointKind)
  kind!: ServicePointKind;

  @Field(() => Int)
  servicePoints!: number;
}

/** How the alliance governs itself, counted. */
@ObjectType({
  description:
    'How the alliance governs itself. Seats, experts and service points are those of the institutions of the dashboard; motions and meetings are the whole alliance’s, and are not told to supervisors.',
})
export class GovernanceFigures {
  @Field(() => [BodiesOfKind])
  bodies!: BodiesOfKind[];

  @Field(() => Int, { description: 'Seats of all bodies whose term ends within 90 days.' })
  expiringSeats!: number;

  @Field(() => Int, { nullable: true, description: 'Motions on which votes are taken.' })
  openMotions!: number | null;

  @Field(() => [BodyKind], {
    nullable: true,
    description: 'The bodies that have not met in the rhythm of the charter.',
  })
  overdueMeetings!: BodyKind[] | null;

  @Field(() => Int, { nullable: true, description: 'Experts of the pool who may be assigned now.' })
  experts!: number | null;

  @Field(() => [ServicePointsOfKind], { description: 'Service points that are open.' })
  servicePoints!: ServicePointsOfKind[];
}
