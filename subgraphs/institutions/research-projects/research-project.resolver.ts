import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Institution } from '../institutions/institution.types.js';
import type { ResearchProjectService } from './research-project.service.js';
import {
  AddResearchOutputInput,
  AddResearchOutputPayload,
  ApproveResearchProjectInput,
  ApproveResearchProjectPayload,
  CompleteResearchProjectInput,
  CompleteResearchProjectPayload,
  ProposeResearchProjectInput,
  ProposeResearchProjectPayload,
  ResearchOutput,
  ResearchProject,
  ResearchProjectConnection,
  ResearchProjectsArguments,
  StartResearchProjectInput,
  StartResearchProjectPayload,
  StopResearchProjectInput,
  StopResearchProjectPayload,
  type ResearchProjectPayload,
} from './research-project.types.js';

/** The registry of research projects. */
@Resolver(() => ResearchProject)
export class ResearchProjectResolver {
  readonly #projects: ResearchProjectService;

  constructor(projects: ResearchProjectService) {
    this.#projects = projects;
  }

  @Query(() => ResearchProject, { nullable: true, description: 'One research project.' })
  @Authenticated()
  researchProject(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProject | null> {
    return this.#projects.byId(scope, id);
  }

  @Query(() => ResearchProjectConnection, {
    nullable: true,
    description: 'The registry of research projects that the caller may see.',
  })
  @Authenticated()
  researchProjects(
    @Args(() => ResearchProjectsArguments) args: ResearchProjectsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#projects.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Institution, { nullable: true })
  lead(@Root() project: ResearchProject, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#projects.leadOf(scope, project);
  }

  @FieldResolver(() => [Institution], {
    nullable: 'items',
    description: 'The institutions that take part, the leading one among them.',
  })
  partners(@Root() project: ResearchProject, @Ctx() { scope }: RoomContext): Promise<(Institution | null)[]> {
    return this.#projects.partnersOf(scope, project);
  }

  @FieldResolver(() => [ResearchOutput])
  outputs(@Root() project: ResearchProject, @Ctx() { scope }: RoomContext): Promise<ResearchOutput[]> {
    return this.#projects.outputsOf(scope, project);
  }

  @Mutation(() => ProposeResearchProjectPayload, {
    nullable: true,
    description: 'Proposes a research project.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  proposeResearchProject(
    @Arg('input', () => ProposeResearchProjectInput) input: ProposeResearchProjectInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.propose(scope, input);
  }

  @Mutation(() => ApproveResearchProjectPayload, {
    nullable: true,
    description: 'Enters a project in the registry.',
  })
  @RequiresRole('SECRETARIAT')
  approveResearchProject(
    @Arg('input', () => ApproveResearchProjectInput) input: ApproveResearchProjectInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.approve(scope, input);
  }

  @Mutation(() => StartResearchProjectPayload, { nullable: true, description: 'Starts a project.' })
  @RequiresRole('INSTITUTION_ADMIN')
  startResearchProject(
    @Arg('input', () => StartResearchProjectInput) input: StartResearchProjectInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.move(scope, 'startResearchProject', input);
  }

  @Mutation(() => CompleteResearchProjectPayload, { nullable: true, description: 'Completes a project.' })
  @RequiresRole('INSTITUTION_ADMIN')
  completeResearchProject(
    @Arg('input', () => CompleteResearchProjectInput) input: CompleteResearchProjectInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.move(scope, 'completeResearchProject', input);
  }

  @Mutation(() => StopResearchProjectPayload, {
    nullable: true,
    description: 'Stops a project before its end.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'SECRETARIAT')
  stopResearchProject(
    @Arg('input', () => StopResearchProjectInput) input: StopResearchProjectInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.stop(scope, input);
  }

  @Mutation(() => AddResearchOutputPayload, {
    nullable: true,
    description: 'Adds what a project brought forth.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  addResearchOutput(
    @Arg('input', () => AddResearchOutputInput) input: AddResearchOutputInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ResearchProjectPayload> {
    return this.#projects.addOutput(scope, input);
  }
}
