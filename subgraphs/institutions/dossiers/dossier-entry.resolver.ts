import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Institution } from '../institutions/institution.types.js';
import { membershipPeriodsOf, namesOf } from '../roster/roster-history.loader.js';
import { InstitutionName, MembershipPeriod } from '../roster/roster-history.types.js';
import type { DossierEntryService } from './dossier-entry.service.js';
import {
  AddDossierEntryInput,
  AddDossierEntryPayload,
  DossierEntriesArguments,
  DossierEntry,
  DossierEntryVersionConnection,
  DossierEntryVersionsArguments,
  InstitutionDossier,
  UpdateDossierEntryInput,
  UpdateDossierEntryPayload,
  WithdrawDossierEntryInput,
  WithdrawDossierEntryPayload,
  type DossierEntryPayload,
} from './dossier-entry.types.js';

/** Where an institution's dossier hangs. */
@Resolver(() => Institution)
export class InstitutionDossierResolver {
  @FieldResolver(() => InstitutionDossier, { description: 'Its dossier; each entry says who may read it.' })
  @Public()
  dossier(@Root() { id }: Institution): InstitutionDossier {
    return { institutionId: id };
  }
}

/** Dossiers of institutions and their entries. */
@Resolver(() => InstitutionDossier)
export class DossierEntryResolver {
  readonly #entries: DossierEntryService;

  constructor(entries: DossierEntryService) {
    this.#entries = entries;
  }

  @FieldResolver(() => [InstitutionName], { description: 'What it was called, the latest name first.' })
  names(@Root() dossier: InstitutionDossier, @Ctx() { scope }: RoomContext): Promise<InstitutionName[]> {
    return scope.load(namesOf, dossier.institutionId);
  }

  @FieldResolver(() => [MembershipPeriod], { description: 'Its membership in time, the latest state first.' })
  membershipHistory(
    @Root() dossier: InstitutionDossier,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipPeriod[]> {
    return scope.load(membershipPeriodsOf, dossier.institutionId);
  }

  @FieldResolver(() => [DossierEntry], {
    description: 'What it says of itself, as far as the caller may read it; a hundred entries at most.',
  })
  entries(
    @Root() dossier: InstitutionDossier,
    @Args(() => DossierEntriesArguments) args: DossierEntriesArguments,
    @Ctx() { scope }: RoomContext,
  ): Promise<DossierEntry[]> {
    return this.#entries.of(scope, dossier.institutionId, args);
  }

  @Query(() => DossierEntryVersionConnection, {
    nullable: true,
    description:
      "Every version of an entry, the latest first; for the institution's officials and the secretariat.",
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN', 'SECRETARIAT')
  dossierEntryVersions(
    @Args(() => DossierEntryVersionsArguments) args: DossierEntryVersionsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#entries.versions(scope, args, selectsTotal(info));
  }

  @Mutation(() => AddDossierEntryPayload, {
    nullable: true,
    description: "Adds an entry to one's own institution's dossier.",
  })
  @RequiresRole('INSTITUTION_ADMIN')
  addDossierEntry(
    @Arg('input', () => AddDossierEntryInput) input: AddDossierEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DossierEntryPayload> {
    return this.#entries.add(scope, input);
  }

  @Mutation(() => UpdateDossierEntryPayload, {
    nullable: true,
    description: 'Writes the next version of an entry; the earlier ones are kept.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  updateDossierEntry(
    @Arg('input', () => UpdateDossierEntryInput) input: UpdateDossierEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DossierEntryPayload> {
    return this.#entries.update(scope, input);
  }

  @Mutation(() => WithdrawDossierEntryPayload, {
    nullable: true,
    description: 'Takes an entry back; its versions are kept.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  withdrawDossierEntry(
    @Arg('input', () => WithdrawDossierEntryInput) input: WithdrawDossierEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DossierEntryPayload> {
    return this.#entries.withdraw(scope, input);
  }
}
