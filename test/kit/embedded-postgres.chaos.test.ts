import { once } from 'node:events';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { Clusters, query, QUICK, serverProcesses } from './embedded-postgres-fixture.js';

let clusters: Clusters;
beforeAll(async () => {
  clusters = await Clusters.create();
});
afterEach(() => clusters.stopAll());
afterAll(() => clusters[Symbol.asyncDispose]());

describe('the embedded PostgreSQL', () => {
  it('keeps committed rows and leaves no process behind when its parent is killed with -9', async () => {
    const dataDir = clusters.folder('killed');
    const owner = clusters.startOwner(dataDir);
    const { url, pid, host } = await owner.started;
    await query(url, 'create table kept (id int); insert into kept select generate_series(1, 1000)');

    owner.process.kill('SIGKILL');
    await eventually(async () => (await serverProcesses(dataDir, pid)).length === 0);

    const again = await clusters.start(dataDir);
    expect(await query(again.url(), 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
    await expect(stat(host)).rejects.toThrow('ENOENT');
  });

  it('keeps committed rows when it is killed together with its parent', async () => {
    const dataDir = clusters.cluster('both-killed');
    const owner = clusters.startOwner(dataDir);
    const { url, pid } = await owner.started;
    await query(url, 'create table kept (id int); insert into kept values (1)');

    const ended = once(owner.process, 'exit');
    process.kill(pid, 'SIGKILL');
    owner.process.kill('SIGKILL');
    expect(await readFile(path.join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).toContain(String(pid));
    await ended; // until then the folder is still its own

    const again = await clusters.start(dataDir);
    expect(await query(again.url(), 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('starts again at the same address when the server alone is killed with -9', async () => {
    const database = await clusters.start(clusters.cluster('server-killed'), { fsync: 'off' });
    const before = database.pid;
    await query(database.url(), 'create table kept (id int); insert into kept values (1)');

    process.kill(before, 'SIGKILL');
    await eventually(() => database.pid !== before);

    expect(await query(database.url(), 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('lets exactly one of many simultaneous starts have a folder whose owner was killed', async () => {
    const dataDir = clusters.cluster('raced');
    const owner = clusters.startOwner(dataDir);
    await owner.started;
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const results = await Promise.all(
      [clusters.startOwner(dataDir), clusters.startOwner(dataDir), clusters.startOwner(dataDir)].map(
        (o) => o.started,
      ),
    );
    expect(results.map((result) => result.code ?? 'started').toSorted()).toEqual([
      'DATA_DIR_IN_USE',
      'DATA_DIR_IN_USE',
      'started',
    ]);
  });

  it('stops a server that is left over on its folder, then starts its own', async () => {
    const dataDir = clusters.cluster('left-over');
    const owner = clusters.startOwner(dataDir);
    const { url, pid } = await owner.started;
    await query(url, 'create table kept (id int)');
    process.kill(pid, 'SIGSTOP'); // so that it cannot end with its parent
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');

    const next = clusters.startOwner(dataDir);
    await next.said('stopping a PostgreSQL left over');
    process.kill(pid, 'SIGCONT');

    const { url: newUrl, pid: newPid } = await next.started;
    expect(newPid).not.toBe(pid);
    expect(await query(newUrl, 'select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
  });

  it('makes its cluster anew after being killed in the middle of initdb', async () => {
    const dataDir = clusters.folder('half-made');
    const owner = clusters.startOwner(dataDir);
    await eventually(async () => {
      const names = await readdir(dataDir).catch(() => [] as string[]);
      const half = names.find((name) => name.startsWith('initdb-'));
      return half !== undefined && (await readdir(path.join(dataDir, half))).includes('PG_VERSION');
    });
    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');
    expect(await readdir(dataDir)).not.toContain('cluster');

    const again = await clusters.start(dataDir, QUICK);
    expect(await query(again.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).toSorted()).toEqual(['alliance.lock', 'cluster']);
  });
});
