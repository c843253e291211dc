import 'reflect-metadata';
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { connectionOf, connectionType } from '../../subgraphs/kit/room/connection/connection-type.js';
import { PageArguments } from '../../subgraphs/kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../subgraphs/kit/room/connection/selects-total.js';
import { Public } from '../../subgraphs/kit/room/policy/field-rights.js';
import { rowPolicy } from '../../subgraphs/kit/room/policy/row-policy.js';
import type { RoomContext } from '../../subgraphs/kit/room/room-context.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { DateTimeScalar, DecimalScalar } from '../../subgraphs/kit/room/schema/scalars.js';
import { UserError } from '../../subgraphs/kit/room/schema/user-error.js';
import { mutate } from '../../subgraphs/kit/room/scope/mutate.js';
import type { RequestScope } from '../../subgraphs/kit/room/scope/request-scope.js';

/** A note: its owner sees it, services see all. */
export const NoteEntity = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: {
    id: p.string().primary(),
    owner: p.string(),
    title: p.string().nullable(),
    rank: p.integer().nullable(),
    notedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});
export type NoteRow = InferEntity<typeof NoteEntity>;

const secretProperties = { id: p.string().primary() };
/** Nobody wrote a policy for it. */
const SecretEntity = defineEntity({ name: 'Secret', tableName: 'secret', properties: secretProperties });
/** Its policy says that nobody may see it. */
const ClosedEntity = defineEntity({ name: 'Closed', tableName: 'closed', properties: secretProperties });

@ObjectType('Note')
@Directive('@key(fields: "id")')
@Public()
class Note {
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) title!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) notedAt!: Date | null;
  @Field(() => Int) version!: number;
}
const NoteConnection = connectionType(Note, 'Note');

@ArgsType()
class NotesArguments extends PageArguments {
  @Field(() => String, { nullable: true }) order?: keyof typeof noteOrders;
}

@InputType()
class WriteNoteInput {
  @Field(() => String) title!: string;
  @Field(() => DateTimeScalar, { nullable: true }) notedAt?: Date;
  @Field(() => String) idempotencyKey!: string;
}

@InputType()
class RenameNoteInput {
  @Field(() => ID) id!: string;
  @Field(() => String) title!: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number;
  @Field(() => String, {
    nullable: true,
    description: 'REFUSE, FAULT or REMOTE: what happens after the change.',
  })
  afterwards?: string;
}

@ObjectType()
class NotePayload {
  @Field(() => Note, { nullable: true }) note!: Note | null;
  @Field(() => [UserError]) userErrors!: UserError[];
}

/** The orders of `notes`; null sort keys on either end, ties everywhere. */
export const noteOrders = {
  title: { title: 'asc' },
  titleDown: { title: 'desc' },
  titleNullsLast: { title: 'asc nulls last' },
  titleNullsFirst: { title: 'asc nulls first' },
  titleDownNullsLast: { title: 'desc nulls last' },
  rank: { rank: 'asc' },
  rankDownNullsFirst: { rank: 'desc nulls first' },
  notedAt: { notedAt: 'asc nulls last' },
  notedAtDown: { notedAt: 'desc' },
} as const;

const show = ({ id, title, notedAt, version }: NoteRow): Note => ({
  id,
  title: title ?? null,
  notedAt: notedAt ?? null,
  version,
});

async function firstOf(scope: RequestScope, statement: string): Promise<string> {
  const [row] = await (await scope.unit()).sql.execute<{ value: unknown }>(statement);
  return String(row?.value);
}

@Resolver(() => Note)
class NoteResolver {
  @Query(() => Note, { nullable: true })
  @Public()
  async note(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext) {
    const row = await scope.findOne(NoteEntity, { id });
    scope.audit({
      action: 'READ_DEPOSIT',
      outcome: row ? 'ALLOWED' : 'DENIED',
      subjectType: 'Note',
      subjectId: id,
    });
    return row && show(row);
  }

  @Query(() => NoteConnection, { nullable: true })
  @Public()
  async notes(
    @Args(() => NotesArguments) args: NotesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const orderBy = [noteOrders[args.order ?? 'title']];
    return connectionOf(
      await scope.page(NoteEntity, args, { where: {}, orderBy, withTotal: selectsTotal(info) }),
      show,
    );
  }

  @Query(() => Int, { nullable: true })
  @Public()
  async secrets(@Ctx() { scope }: RoomContext) {
    return (await scope.find(SecretEntity, {})).length;
  }

  @Query(() => Int, { nullable: true })
  @Public()
  async closed(@Ctx() { scope }: RoomContext) {
    return (await scope.find(ClosedEntity, {})).length;
  }

  @Query(() => String, { nullable: true, description: 'What one statement that no policy narrowed gives.' })
  @Public()
  raw(@Arg('statement', () => String) statement: string, @Ctx() { scope }: RoomContext) {
    return firstOf(scope, statement);
  }

  @Query(() => String, { nullable: true, description: 'Audits, then runs a statement.' })
  @Public()
  auditedRaw(@Arg('statement', () => String) statement: string, @Ctx() { scope }: RoomContext) {
    scope.audit({ action: 'READ_DEPOSIT', outcome: 'ALLOWED', subjectType: 'Note' });
    return firstOf(scope, statement);
  }

  @Query(() => String, { nullable: true })
  @Public()
  broken(): string {
    throw new Error('connect postgres://amrlo:hunter2@db.internal failed');
  }

  @Query(() => DecimalScalar, { nullable: true })
  @Public()
  same(@Arg('amount', () => DecimalScalar) amount: string) {
    return amount;
  }

  @Mutation(() => NotePayload, { nullable: true })
  @Public()
  writeNote(@Arg('input', () => WriteNoteInput) input: WriteNoteInput, @Ctx() { scope }: RoomContext) {
    return mutate(
      scope,
      { operation: 'writeNote', action: 'CREATE_DEPOSIT', subjectType: 'Note', input },
      async (transaction) => {
        const row = transaction.create(NoteEntity, {
          id: newId('Deposit'),
          owner: scope.principal.subject,
          title: input.title,
          rank: null,
          notedAt: input.notedAt ?? null,
          version: 1,
          createdAt: scope.clock.now(),
        });
        transaction.audited({ subjectId: row.id });
        transaction.wake('Note', row.id);
        return { note: show(row) };
      },
    );
  }

  @Mutation(() => NotePayload, { nullable: true })
  @Public()
  renameNote(@Arg('input', () => RenameNoteInput) input: RenameNoteInput, @Ctx() { scope }: RoomContext) {
    return mutate(
      scope,
      { operation: 'renameNote', action: 'REVIEW_DEPOSIT', subjectType: 'Note', input },
      async (transaction) => {
        const row = await transaction.lock(NoteEntity, input.id, {
          expectedVersion: input.expectedVersion ?? null,
          current: (current) => ({ note: show(current) }),
        });
        row.title = input.title;
        await transaction.flush();
        transaction.audited({ subjectId: row.id });
        transaction.wake('Note', row.id);
        if (input.afterwards === 'REFUSE') throw refuse('ACTION_FORBIDDEN', { action: 'renameNote' });
        if (input.afterwards === 'FAULT') throw new Error('a fault of ours');
        if (input.afterwards === 'REMOTE') await scope.remote('learners').query('{ me { id } }');
        return { note: show(row) };
      },
    );
  }
}

/** A small room with one noun, to prove the kit with. */
export const notesModule: RoomModule = {
  name: 'notes',
  entities: [NoteEntity, SecretEntity, ClosedEntity],
  migrations: [
    {
      name: '0001_notes',
      statements: [
        `create table note (id text primary key, owner text not null, title text, rank integer, noted_at timestamptz,
           version integer not null default 1, created_at timestamptz not null default '2026-01-01')`,
        `alter table note enable row level security`,
        `create policy note_own on note using ((select app_is_service()) or owner = (select app_subject()))`,
        `create table secret (id text primary key)`,
        `create table closed (id text primary key)`,
        `insert into secret values ('s')`,
        `insert into closed values ('c')`,
      ],
    },
  ],
  policies: [
    rowPolicy(NoteEntity, (principal) => {
      if (principal.kind === 'SERVICE') return 'all';
      return principal.kind === 'ANONYMOUS' ? 'none' : { owner: principal.subject };
    }),
    rowPolicy(ClosedEntity, () => 'none'),
  ],
  machines: [],
  emits: {},
  compose: () => ({
    resolvers: [new NoteResolver()],
    references: {
      Note: async ({ id }, { scope }) => {
        if (id === 'bad') throw new Error('one representation that fails');
        const row = await scope.findOne(NoteEntity, { id: String(id) });
        return row && show(row);
      },
    },
  }),
};
