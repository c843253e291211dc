import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Institution } from '../institutions/institution.types.js';
import type { SchoolService } from './school.service.js';
import {
  ConnectRecordsSystemInput,
  ConnectRecordsSystemPayload,
  DisconnectRecordsSystemInput,
  DisconnectRecordsSystemPayload,
  MoveRecordsSystemInput,
  MoveRecordsSystemPayload,
  School,
  SwitchRecordsSystemInput,
  SwitchRecordsSystemPayload,
  type SchoolPayload,
} from './school.types.js';

/** A student's record at a school, answered by the school itself through the `records` subgraph. */
@ObjectType('StudentRecord')
@Directive('@key(fields: "institutionId studentNumber")')
@Authenticated()
export class StudentRecordReference {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  studentNumber!: string;
}

/** The directory of schools, and the way from an institution to its students' records. */
@Resolver(() => Institution)
export class SchoolResolver {
  readonly #schools: SchoolService;

  constructor(schools: SchoolService) {
    this.#schools = schools;
  }

  @Query(() => [School], { nullable: true, description: 'The directory of schools that the caller may see.' })
  @RequiresRole('SERVICE', 'SECRETARIAT', 'INSTITUTION_ADMIN')
  recordsDirectory(@Ctx() { scope }: RoomContext): Promise<School[]> {
    return this.#schools.directory(scope);
  }

  @FieldResolver(() => StudentRecordReference, {
    nullable: true,
    description: "A student's record, answered live by the school; hidden from those who may not see it.",
  })
  @Authenticated()
  student(
    @Root() institution: Institution,
    @Arg('number', () => String) number: string,
  ): StudentRecordReference {
    return { institutionId: institution.id, studentNumber: number };
  }

  @Mutation(() => ConnectRecordsSystemPayload, {
    nullable: true,
    description: "Connects a member's records system to the graph.",
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  connectRecordsSystem(
    @Arg('input', () => ConnectRecordsSystemInput) input: ConnectRecordsSystemInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SchoolPayload> {
    return this.#schools.connect(scope, input);
  }

  @Mutation(() => SwitchRecordsSystemPayload, {
    nullable: true,
    description: 'Switches a records system off, for example for maintenance, or on.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  switchRecordsSystem(
    @Arg('input', () => SwitchRecordsSystemInput) input: SwitchRecordsSystemInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SchoolPayload> {
    return this.#schools.switch(scope, input);
  }

  @Mutation(() => MoveRecordsSystemPayload, {
    nullable: true,
    description: 'Changes how a records system is reached, for example after it moved to another address.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  moveRecordsSystem(
    @Arg('input', () => MoveRecordsSystemInput) input: MoveRecordsSystemInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SchoolPayload> {
    return this.#schools.move(scope, input);
  }

  @Mutation(() => DisconnectRecordsSystemPayload, {
    nullable: true,
    description: 'Takes a records system out of the graph.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  disconnectRecordsSystem(
    @Arg('input', () => DisconnectRecordsSystemInput) input: DisconnectRecordsSystemInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SchoolPayload> {
    return this.#schools.disconnect(scope, input);
  }
}
