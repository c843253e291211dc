import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { restDriverSchema } from '../../subgraphs/adapters/drivers/rest/rest-declaration.js';
import { secretFault, secretOfPath } from '../../subgraphs/adapters/kit/secret-paths.js';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFilePath, schoolNames } from '../../subgraphs/adapters/schools.js';

/** What is wrong with a school file in which the first fitting line was changed, and the line's number. */
function faultOf(school: string, line: RegExp, changed: (line: string) => string): [string, number] {
  const lines = readFileSync(schoolFilePath(school), 'utf8').split('\n');
  const at = lines.findIndex((one) => line.test(one));
  expect(at).toBeGreaterThan(0);
  lines[at] = changed(lines[at]!);
  try {
    parseSchoolFile('school.yaml', lines.join('\n'));
  } catch (error) {
    return [(error as Error).message, at + 1];
  }
  return ['', at + 1];
}

describe('a column of secrets that is reached through others', () => {
  test.each([
    ['user.password', 'PASSWORD'],
    ['成绩.密码', 'PASSWORD'],
    ['person.ssn', 'IDENTITY'],
    ['ssn.value', 'IDENTITY'],
    ['../../Henkilötunnus', 'IDENTITY'],
    ['Opiskelija/@hetu', 'IDENTITY'],
    ['ssn.password', 'PASSWORD'],
    ['user.pass', 'PASSWORD'],
    ['pass', 'PASSWORD'],
    ['result.pass', null],
    ['user.sourcedId', null],
    ['course.code', null],
  ])('%s is %s', (path, secret) => expect(secretOfPath(path)).toBe(secret));

  test('may be read for identities where it holds identity numbers, and nowhere where it holds passwords', () => {
    expect(secretFault('identities', 'person.ssn')).toBeNull();
    expect(secretFault('results', 'person.ssn')).toMatch(/only identities/);
    expect(secretFault('identities', 'password')).toMatch(/no source/);
  });
});

describe('a school file that declares such a column', () => {
  test('of a web service is refused with its line', () => {
    const [message, line] = faultOf('zuiderzee-university', /^ +columns: *\[/, (text) =>
      text.replace('[', '[person.ssn, '),
    );
    expect(message).toMatch(
      new RegExp(`^school\\.yaml:${line}: .*columns\\.0: person\\.ssn is a column of identity numbers`),
    );
  });

  test('of a SOAP service is refused with its line', () => {
    const [message, line] = faultOf(
      'turku-uas',
      /^ +key: '@avain'/,
      (text) => `${text.split('key:')[0]}key: '@hetu'`,
    );
    expect(message).toMatch(
      new RegExp(`^school\\.yaml:${line}: .*columns\\.key: @hetu is a column of identity numbers`),
    );
  });

  test('as a part of a composed one is refused too', () => {
    const source = { path: '/a', columns: ['a'], compose: { rowKey: '{a}-{SFZJH}' } };
    const parsed = restDriverSchema.safeParse({
      kind: 'rest',
      authentication: { kind: 'none' },
      sources: { results: source },
    });
    expect(parsed.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['sources.results.compose.rowKey', expect.stringMatching(/SFZJH is a column of identity numbers/)],
    ]);
  });

  test('is none of those that are here', () => {
    for (const name of schoolNames())
      expect(() => parseSchoolFile(name, readFileSync(schoolFilePath(name), 'utf8'))).not.toThrow();
  });
});
