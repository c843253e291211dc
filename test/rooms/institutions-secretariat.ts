import { createServer } from 'node:http';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { motionConsequences } from '../../subgraphs/institutions/motion-consequences.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { joinWings } from '../../subgraphs/kit/room/join-wings.js';
import { Public } from '../../subgraphs/kit/room/policy/field-rights.js';
import type { RoomContext } from '../../subgraphs/kit/room/room-context.js';
import { mutate } from '../../subgraphs/kit/room/scope/mutate.js';
import { idempotencyKey, recordFoundingMember, secretariat } from './institutions-room.js';
import { person, startRoomOnPostgres, type Answer, type RoomOnPostgres } from './room-on-postgres.js';

export const home = 'inst_home';
export const away = 'inst_away';
export const openUniversity = 'inst_nou';
export const colleague = person('sec-2', 'SECRETARIAT');
export const councillor = person('council', 'COUNCIL_MEMBER');
export const supervisor = person('super', 'SUPERVISOR');
export const admin = person('adm', `INSTITUTION_ADMIN@${home}`);
export const stranger = person('adm-away', `INSTITUTION_ADMIN@${away}`);

/** Stands for the motions: closes one of a kind about a subject, as the body would. */
@Resolver()
class StandInForMotions {
  @Mutation(() => String, { nullable: true })
  @Public()
  async closeMotionForTest(
    @Arg('kind', () => String) kind: string,
    @Arg('subjectId', () => String) subjectId: string,
    @Arg('carried', () => Boolean) carried: boolean,
    @Ctx() { scope }: RoomContext,
  ): Promise<string> {
    const consequence = motionConsequences.find((one) => one.kind === kind);
    if (consequence === undefined) throw new Error(`There is no consequence of ${kind}.`);
    const answer = await mutate(
      scope,
      { operation: 'closeMotionForTest', action: 'CHANGE_MOTION', subjectType: 'Motion', input: {} },
      async (transaction) => {
        await consequence.assertAwaited(transaction, subjectId);
        const decidedAt = scope.clock.now();
        const motionId = `mot_${subjectId}`;
        await consequence.decided(transaction, scope, {
          motionId,
          motionNo: 'M-1',
          subjectId,
          carried,
          decidedAt,
        });
        return {};
      },
    );
    return answer.userErrors.map(({ code }) => code).join();
  }
}

const motions = {
  name: 'motions',
  entities: [],
  migrations: [],
  policies: [],
  machines: [],
  emits: {},
  compose: () => ({ resolvers: [new StandInForMotions()], references: {} }),
};

/** The room with its jobs running, three institutions in it, two of them members. */
export async function startSecretariat(): Promise<RoomOnPostgres> {
  const module = joinWings('institutions', [institutionsModule, motions]);
  const room = await startRoomOnPostgres(module, undefined, { firstSecretariat: 'sec' });
  room.room.start();
  for (const [id, name] of [
    [home, '家园大学'],
    [away, '他乡学院'],
    [openUniversity, '国家开放大学'],
  ]) {
    await room.sql.query(
      `insert into institution (id, name, kind, source, created_at) values ($1, $2, 'HIGHER_EDUCATION', 't', now())`,
      [id, name],
    );
  }
  await recordFoundingMember(room, secretariat, {});
  await recordFoundingMember(room, secretariat, { institutionId: away, memberCode: 'AWAY' });
  await room.sql.query(
    `insert into role_grant (id, subject, role, valid_from, given_by, created_at) values
       ('grant_sec2', 'sec-2', 'SECRETARIAT', '2020-01-01', 't', now()),
       ('grant_council', 'council', 'COUNCIL_MEMBER', '2020-01-01', 't', now())`,
  );
  return room;
}

/** Does one mutation; the payload with the selected fields and the codes of its refusals. */
export async function step(
  room: RoomOnPostgres,
  by: Principal,
  mutation: string,
  input: object,
  selection: string,
): Promise<Answer['data']> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const answer = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code } } }`,
    { input },
  );
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data[mutation];
}

/** Closes a motion about a subject; the codes of its refusals, empty when it was taken. */
export async function closeMotion(
  room: RoomOnPostgres,
  kind: string,
  subjectId: string,
  carried: boolean,
  by: Principal = secretariat,
): Promise<string> {
  const { data, errors } = await room.ask(
    by,
    `mutation ($kind: String!, $id: String!, $carried: Boolean!) {
       closeMotionForTest(kind: $kind, subjectId: $id, carried: $carried) }`,
    { kind, id: subjectId, carried },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.closeMotionForTest;
}

/** Uploads a file as somebody; its upload id. */
export async function upload(room: RoomOnPostgres, by: Principal, content: string): Promise<string> {
  const { upload: opened } = await step(
    room,
    by,
    'createSecretariatUpload',
    { fileName: 'file.pdf', idempotencyKey: idempotencyKey() },
    'upload { uploadId url }',
  );
  const answer = await withFiles(room, (base) =>
    fetch(new URL(opened.url, base), { method: 'PUT', body: content }),
  );
  if (!answer.ok) throw new Error(`The upload answered ${answer.status}.`);
  return opened.uploadId;
}

/** Gets the content behind a link. */
export function download(room: RoomOnPostgres, url: string): Promise<string> {
  return withFiles(room, async (base) => (await fetch(new URL(url, base))).text());
}

async function withFiles<T>(room: RoomOnPostgres, work: (base: string) => Promise<T>): Promise<T> {
  const routes = createFileRoutes(room.files);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Runs a statement on a connection of the application's role, as a principal, past the room. */
export async function pastTheRoom(
  room: RoomOnPostgres,
  by: { readonly kind: string; readonly subject: string; readonly grants: string },
  statement: string,
  values: readonly unknown[] = [],
) {
  const client = await room.connectAsApp();
  await client.query('begin');
  try {
    await client.query(
      `select set_config('app.kind', $1, true), set_config('app.subject', $2, true), set_config('app.grants', $3, true)`,
      [by.kind, by.subject, by.grants],
    );
    return await client.query(statement, [...values]);
  } finally {
    await client.query('rollback');
  }
}
