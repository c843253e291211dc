import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { demoSchoolSystem } from '../../subgraphs/alliance/demo/school-system.js';
import { postgresServer } from '../conformance/databases.js';

const database = `amrlo_demo_school_${process.pid}_${randomBytes(3).toString('hex')}`;
const url = new URL(postgresServer);
url.pathname = `/${database}`;
const databases = { extra: async () => ({ url: url.href }) } as Parameters<typeof demoSchoolSystem>[0];
let administrator: pg.Client;
let school: pg.Client;

beforeAll(async () => {
  administrator = new pg.Client(postgresServer);
  await administrator.connect();
  await administrator.query(`create database ${database} template template0 encoding 'UTF8'`);
  school = new pg.Client(url.href);
  await school.connect();
});
afterAll(async () => {
  await school.end();
  await administrator.query(`drop database ${database} with (force)`);
  await administrator.end();
});

async function students(): Promise<number> {
  const { rows } = await school.query<{ n: number }>('select count(*)::int as n from zfxfzb.xsjbxxb');
  return rows[0]!.n;
}

test('the demo school keeps what was written into it, until its tables are of another edition', async () => {
  await demoSchoolSystem(databases);
  const invented = await students();
  expect(invented).toBeGreaterThan(5);

  await school.query("insert into zfxfzb.xsjbxxb (xh) values ('written')");
  await demoSchoolSystem(databases);
  expect(await students()).toBe(invented + 1);

  await school.query("comment on schema zfxfzb is 'an earlier edition'");
  await school.query('drop table zfxfzb.kcdmb cascade');
  await demoSchoolSystem(databases);
  expect(await students()).toBe(invented);
  await expect(school.query('select kcdm from zfxfzb.kcdmb limit 1')).resolves.toMatchObject({ rowCount: 1 });
});
