import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { demoPeople, type DemoRole } from '../../subgraphs/alliance/demo/people.js';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { institutionIdOfSchool } from '../../subgraphs/alliance/schools.js';
import { startTopology, type Topology } from '../../subgraphs/alliance/topology/topology.js';
import { eventually } from '../support/eventually.js';

const run = promisify(execFile);
const ownerUrl = process.env['AMRLO_TEST_DATABASE_URL'];
const redisUrl = process.env['AMRLO_TEST_REDIS_URL'];
const possible = ownerUrl !== undefined && redisUrl !== undefined;
if (!possible) console.warn('skipped: AMRLO_TEST_DATABASE_URL and AMRLO_TEST_REDIS_URL are not set');

const name = `amrlo_distributed_${process.pid}`;
const university = institutionIdOfSchool('ningxia-university');

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { path?: (string | number)[]; extensions: { code: string } }[];
}

(possible ? describe : describe.skip)('the alliance as processes of their own', () => {
  let topology: Topology;
  let dataDir: string;
  const said: string[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'amrlo-distributed-'));
    await administer((client) => client.query(`create database ${name}`));
    const owner = new URL(ownerUrl!);
    owner.pathname = `/${name}`;
    const app = new URL(owner);
    app.username = name;
    topology = await startTopology({
      dataDir,
      databaseUrl: app.href,
      migrationDatabaseUrl: owner.href,
      redisUrl: redisUrl!,
      port: 0,
      settings: {
        LOG_LEVEL: 'warn',
        NODE_ENV: 'test',
        AMRLO_REQUEST_BUDGET_MS: '60000',
        AMRLO_SUBGRAPH_TIMEOUT_MS: '50000',
      },
      output: (line) => said.push(line),
    });
  }, 240_000);

  afterAll(async () => {
    await topology?.stop();
    await administer(async (client) => {
      for (const database of [name, `${name}_zhengfang`]) {
        await client.query(`drop database if exists ${database} with (force)`);
      }
      await client.query(`drop role if exists ${name}`);
    });
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  async function ask(role: DemoRole, query: string, variables: object = {}): Promise<Answer> {
    const response = await fetch(`${topology.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await topology.issuer.mint(demoPeople[role])}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  const whatWasSaid = () => `It did not come; the processes said:\n${said.slice(-20).join('\n')}`;

  test('a roster is imported through the gateway by the command, once', async () => {
    const command = projectFile('dist/subgraphs/alliance/commands/import-main.js');
    const file = projectFile('subgraphs/alliance/demo/roster.json');
    const env = { PATH: process.env['PATH'], DATA_DIR: dataDir };
    const args = [command, 'roster', file, '--url', topology.url];
    const first = await run(process.execPath, args, { env });
    expect(first.stdout).toMatch(
      /^roster roster\.json: \d+ rows, [\d.]+ s, [\d,]+ rows\/s\n {2}added [1-9]\d*, changed 0/,
    );
    const second = await run(process.execPath, args, { env });
    expect(second.stdout).toMatch(/^This file was imported before/);

    const { data } = await ask('learner', '{ institutionByCode(moeCode: "4164010749") { id name } }');
    expect(data!['institutionByCode']).toEqual({ id: university, name: '宁夏大学' });
  }, 90_000);

  const archive = `query ($id: ID!) { me { account { state } } institution(id: $id) { name } }`;

  test('a learner opens an account and reads it back', async () => {
    const opened = await ask(
      'learner',
      `mutation ($input: OpenAccountInput!) {
         openAccount(input: $input) { account { id } userErrors { code message } }
       }`,
      {
        input: {
          legalName: demoPeople.learner.name,
          identityNumber: '640104200105120014',
          institutionId: university,
          idempotencyKey: 'distributed-account',
        },
      },
    );
    expect(opened).toEqual({
      data: { openAccount: { account: { id: expect.any(String) }, userErrors: [] } },
    });
    const { data, errors } = await ask('learner', archive, { id: university });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      me: { account: { state: expect.any(String) } },
      institution: { name: '宁夏大学' },
    });
  });

  test('a killed subgraph costs its own fields only, and they are back when it is back', async () => {
    const learners = topology.processes.get('learners')!;
    await learners.kill();
    const { data, errors } = await ask('learner', archive, { id: university });
    expect(data).toEqual({ me: null, institution: { name: '宁夏大学' } });
    expect(errors).toEqual([expect.objectContaining({ path: ['me'] })]);
    expect(errors![0]!.extensions.code).toBe('UPSTREAM_UNAVAILABLE');

    await learners.restart();
    await eventually(
      async () => (await ask('learner', archive, { id: university })).errors === undefined,
      whatWasSaid,
    );
    const again = await ask('learner', archive, { id: university });
    expect(again.data).toMatchObject({ me: { account: { state: expect.any(String) } } });
  }, 120_000);
});

async function administer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
