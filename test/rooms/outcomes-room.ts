import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { newId } from '../../subgraphs/kit/base/ids.js';
import { createFileRoutes } from '../../subgraphs/kit/room/files/file-routes.js';
import { outcomesModule } from '../../subgraphs/outcomes/outcomes.module.js';
import { pgSql } from '../support/pg-sql.js';
import { MemberStandings } from './member-standings.js';
import { endOfJob, startRoomOnPostgres, type Answer } from './room-on-postgres.js';

/** What was answered to a query of the test's own; its shape is the query's. */
export type Tree = Answer['data'];

/** The room of outcomes with its jobs running and its files served. */
export async function startOutcomes() {
  const members = new MemberStandings();
  const started = await startRoomOnPostgres(outcomesModule, (call) => {
    if (members.isAsked(call)) return members.answer(call);
    throw new Error('the room of outcomes asks only who is a member');
  });
  const { room, clock, files, wakeBus } = started;
  const routes = createFileRoutes(files);
  const server = createServer((request, response) => void routes(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  room.start();

  async function ask(principal: Principal, query: string, variables: Record<string, unknown> = {}) {
    const { data, errors = [] } = await started.ask(principal, query, variables);
    return { data, errors };
  }

  async function upload(principal: Principal, content: string | Buffer): Promise<string> {
    const { data } = await ask(
      principal,
      `mutation ($input: CreateCatalogUploadInput!) {
         createCatalogUpload(input: $input) { upload { uploadId url } userErrors { code } } }`,
      { input: { fileName: 'catalog', idempotencyKey: newId('Request') } },
    );
    const { uploadId, url } = data.createCatalogUpload.upload;
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${url}`;
    const response = await fetch(address, { method: 'PUT', body: new Uint8Array(Buffer.from(content)) });
    if (!response.ok) throw new Error(`upload: ${response.status} ${await response.text()}`);
    return uploadId as string;
  }

  /** Uploads and imports a file, and answers with the import once its job has ended. */
  async function importCatalog(
    principal: Principal,
    content: string | Buffer,
    input: { institutionId: string; format: string; creditScheme?: string; validFrom?: string },
  ) {
    const uploadId = await upload(principal, content);
    const { data } = await ask(
      principal,
      `mutation ($input: ImportCatalogInput!) {
         importCatalog(input: $input) { catalogImport { id } userErrors { code path } } }`,
      { input: { ...input, uploadId, idempotencyKey: newId('Request') } },
    );
    const { catalogImport, userErrors } = data.importCatalog;
    if (catalogImport === null) throw new Error(JSON.stringify(userErrors));
    return ended(principal, catalogImport.id as string);
  }

  const ended = (principal: Principal, id: string) =>
    endOfJob(wakeBus, id, async () => (await ask(principal, importQuery, { id })).data.catalogImport);

  return {
    clock,
    members,
    ask,
    upload,
    importCatalog,
    connectAsApp: () => started.connectAsApp(),
    /** Statements past the room, as the owner of the database. */
    sql: pgSql(started.sql),
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await started[Symbol.asyncDispose]();
    },
  };
}

/** A running room of outcomes. */
export type OutcomesRoom = Awaited<ReturnType<typeof startOutcomes>>;

const importQuery = `query ($id: ID!) {
  catalogImport(id: $id) {
    id format institution { id }
    job { state done total errorCode errorMessage }
    courses { added changed unchanged } offerings { added changed unchanged }
    quarantinedCount rejectedCount
    rejected { row field code message }
    quarantined(first: 5) { totalCount edges { node { row code message content { column value } } } }
  }
}`;
