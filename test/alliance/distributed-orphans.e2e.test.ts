import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { schoolFixtures } from '../../subgraphs/adapters/schools.js';
import { eventually } from '../support/eventually.js';

/** Starts a school's adapter as the topology does, says its pid, and waits to be killed. */
const parent = `
  const { startProcess } = await import(process.argv[1]);
  const { freePorts } = await import(process.argv[2]);
  const [port] = await freePorts(1);
  const env = { ...JSON.parse(process.argv[3]), PORT: String(port) };
  const url = 'http://127.0.0.1:' + port;
  const child = startProcess({ name: 'school', main: 'subgraphs/adapters/main.js', env, url }, (line) => console.error(line));
  await child.ready();
  console.log(child.pid);
`;

test('a process of the topology ends when the one that started it is killed', async () => {
  const built = (file: string) => pathToFileURL(projectFile(`dist/subgraphs/alliance/topology/${file}`)).href;
  const { publicKey } = generateKeyPairSync('ed25519');
  const env = {
    AMRLO_SCHOOL: 'ningxia-polytechnic',
    AMRLO_SCHOOL_FOLDER: schoolFixtures('ningxia-polytechnic'),
    AMRLO_ASSERTION_PUBLIC_KEYS: publicKey.export({ type: 'spki', format: 'pem' }),
    LOG_LEVEL: 'warn',
  };
  const modules = [built('topology-process.js'), built('free-ports.js')];
  const started = spawn(
    process.execPath,
    ['--input-type=module', '-e', parent, ...modules, JSON.stringify(env)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } },
  );
  const [said] = (await once(started.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(runs(pid)).toBe(true);

  started.kill('SIGKILL');
  await once(started, 'exit');
  await eventually(() => !runs(pid));
}, 120_000);

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
