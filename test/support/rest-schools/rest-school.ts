import { afterAll, beforeAll } from '@jest/globals';
import { createAdapterClient, entitiesOf, type AdapterClient } from '../../conformance/adapter-client.js';
import type { Adapter } from '../../../subgraphs/adapters/kit/create-adapter.js';
import { openSchool } from '../../../subgraphs/adapters/open-school.js';
import { schoolNamed } from '../../../subgraphs/adapters/schools.js';
import type { RestServer } from './rest-server.js';
import { account } from './school-records.js';

/** An object of an answer. */
export type Row = Record<string, unknown>;

/** A school behind a local service for the tests of one block. */
export function school<S extends RestServer>(
  name: string,
  start: (name: string) => Promise<S>,
  path: string,
) {
  let client: AdapterClient;
  let adapter: Adapter;
  let server: S;
  beforeAll(async () => {
    client = await createAdapterClient();
    server = await start(name);
    adapter = openSchool(schoolNamed(name), {
      verifier: client.verifier,
      address: { url: server.url + path, ...account },
    });
  });
  afterAll(async () => {
    await adapter.stop();
    await server.stop();
  });
  const student = async (number: string, selection: string): Promise<Row> =>
    entitiesOf(await client.students(adapter, [number], selection))[0]!;
  return {
    server: () => server,
    student,
    /** Results by course code; of several of one course the last. */
    results: async (number: string, selection: string): Promise<Map<string, Row>> => {
      const { results } = await student(number, `results { courseCode ${selection} }`);
      return new Map((results as Row[]).map((row) => [String(row['courseCode']), row]));
    },
  };
}
