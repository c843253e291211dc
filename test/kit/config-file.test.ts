import { describe, expect, test } from '@jest/globals';
import { settingsFolder } from './config-fixture.js';
import { problems } from './config-problems.js';

const { file } = settingsFolder();

describe('misuse of the settings file gets one clear sentence', () => {
  test('a settings file that is not there', () => {
    expect(problems({ AMRLO_CONFIG: '/nowhere/s.json' })).toEqual([
      'The settings file /nowhere/s.json cannot be read (it does not exist).',
    ]);
  });

  test.each<[string, string, (path: string) => string]>([
    ['a file that is not JSON', '{', (path) => `The settings file ${path} is not JSON.`],
    [
      'a file that holds a list',
      '[]',
      (path) => `The settings file ${path} must hold one JSON object with settings by name.`,
    ],
    [
      'an unknown name in the file',
      '{"PROT": 1}',
      (path) => `PROT in ${path} is not a setting. Did you mean PORT?`,
    ],
    [
      'a name that every object has',
      '{"constructor": "x"}',
      (path) => `constructor in ${path} is not a setting.`,
    ],
    ['the name of a prototype', '{"__proto__": "x"}', (path) => `__proto__ in ${path} is not a setting.`],
    [
      'a nested value',
      '{"PORT": {"a": 1}}',
      (path) => `PORT in ${path} must be a text, a number or true or false.`,
    ],
    ['null', '{"PORT": null}', (path) => `PORT in ${path} must be a text, a number or true or false.`],
    [
      'a fraction',
      '{"PORT": 1.5}',
      (path) => `PORT in ${path} must be a whole number from 0 to 65535, not "1.5".`,
    ],
    [
      'a file that names a file',
      '{"AMRLO_CONFIG": "x"}',
      (path) => `AMRLO_CONFIG cannot be set inside ${path}; a settings file names no other.`,
    ],
  ])('%s', (_, content, sentence) => {
    const path = file('settings.json', content);
    expect(problems({ AMRLO_CONFIG: path })).toEqual([sentence(path)]);
  });
});
