import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { processKinds } from '../../subgraphs/kit/base/config/process-kinds.js';
import { definitionOf, settingNames, takesFile } from '../../subgraphs/kit/base/config/settings.js';

const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');

/** The environment variables of our processes in docker-compose.yml. */
const variables = [...compose.matchAll(/^ {2,6}((?:AMRLO_|REDIS_|DATABASE_|MIGRATION_)\w+): (.*)$/gm)].map(
  ([, name = '', value = '']) => ({ name, value }),
);

describe('docker-compose.yml', () => {
  test('sets only settings that exist, and gives every secret as a file', () => {
    expect(variables.length).toBeGreaterThan(20);
    for (const { name, value } of variables) {
      const plain = settingNames.find((setting) => setting === name);
      const viaFile = settingNames.find((setting) => takesFile(setting) && `${setting}_FILE` === name);
      expect([name, plain ?? viaFile]).not.toEqual([name, undefined]);
      if (plain !== undefined) expect([name, definitionOf(plain).secret ?? false]).toEqual([name, false]);
      if (viaFile !== undefined) expect(value).toMatch(/^\/run\/secrets\/\w+$/);
    }
  });

  test('declares every secret that is used, and makes every one that is declared', () => {
    const declared = [...compose.matchAll(/^ {2}(\w+): \{ file: /gm)].map(([, name = '']) => name);
    const used = new Set([...compose.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, name = '']) => name));
    for (const name of used) expect(declared).toContain(name);
    const maker = readFileSync(new URL('../../docs/deployment/make-secrets.sh', import.meta.url), 'utf8');
    for (const name of declared) expect(maker).toContain(name.replace(/^assertion_key_/, ''));
  });

  test('does not start before somebody is named for the first grant, and tells it to institutions alone', () => {
    const named = variables.filter(({ name }) => name === 'AMRLO_FIRST_SECRETARIAT');
    expect(named).toEqual([
      {
        name: 'AMRLO_FIRST_SECRETARIAT',
        value: expect.stringMatching(/^\$\{AMRLO_FIRST_SECRETARIAT:\?.+\}$/),
      },
    ]);
    const [, institutions = ''] = /^ {2}institutions:\n(.*?)^ {2}\w+:$/ms.exec(compose) ?? [];
    expect(institutions).toContain(named[0]!.value);
  });

  test('takes from the operator exactly the variables that docs/deployment/README.md explains', () => {
    const guide = readFileSync(new URL('../../docs/deployment/README.md', import.meta.url), 'utf8');
    const taken = new Set([...compose.matchAll(/(?<!\$)\$\{(\w+):[-?]/g)].map(([, name = '']) => name));
    expect(taken).toContain('AMRLO_FIRST_SECRETARIAT');
    const table = guide.split('\n').filter((line) => line.startsWith('| `'));
    const explained = table.flatMap((line) =>
      [...line.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    expect([...taken].toSorted()).toEqual(explained.toSorted());
  });

  test('runs a process for the gateway and each of the five subgraphs, and publishes only the gateway', () => {
    const services = [
      ...compose
        .split('\nservices:\n')[1]!
        .split('\nnetworks:\n')[0]!
        .matchAll(/^ {2}([\w-]+):$/gm),
    ];
    const names = services.map(([, name]) => name);
    const alone = processKinds.filter((kind) => !['alliance', 'adapter', 'command'].includes(kind));
    expect(names).toEqual([...alone, 'ningxia-university', 'ningxia-polytechnic', 'postgres', 'redis']);
    expect(compose.match(/^ {4}ports:/gm)).toHaveLength(1);
  });
});
