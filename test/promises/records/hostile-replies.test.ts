import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpTransport } from '../../../subgraphs/kit/base/link/http-transport.js';
import type { SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import {
  createTestRouter,
  FakeSchool,
  full,
  live,
  names,
  record,
  unavailable,
} from '../../rooms/records-fixture.js';
import { startHostileAdapter, type Misbehaviour } from './hostile-adapter.js';

const both = { r: [record('inst_a', '1'), record('inst_b', '1'), record('inst_a', '2')] };
type Entities = Record<string, unknown>[];
const entities = (answer: SubgraphResponse) => answer.data!['_entities'] as Entities;
const withEntities = (answer: SubgraphResponse, list: unknown): SubgraphResponse => ({
  ...answer,
  data: { ...answer.data, _entities: list },
});

describe('a reply of a school that is worth nothing costs only that school', () => {
  test.each<[string, (usual: SubgraphResponse) => unknown]>([
    ['fewer entities', (usual) => withEntities(usual, entities(usual).slice(1))],
    ['more entities', (usual) => withEntities(usual, [...entities(usual), null])],
    [
      'no list of entities',
      (usual) => withEntities(usual, { 0: entities(usual)[0], 1: entities(usual)[1], length: 2 }),
    ],
    ['another order', (usual) => withEntities(usual, entities(usual).toReversed())],
    ['one entity twice', (usual) => withEntities(usual, [entities(usual)[0], entities(usual)[0]])],
    [
      'an entity of another institution',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, amrloInstitution: 'inst_b' })),
        ),
    ],
    [
      'entities without their keys',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map(({ amrloStudent: _, ...one }) => one),
        ),
    ],
    ['a text for an entity', (usual) => withEntities(usual, ['x', 'y'])],
    ['a list for an entity', (usual) => withEntities(usual, [[], []])],
    [
      'a text for a list',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, grades: 'none' })),
        ),
    ],
    [
      'a list within a list',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, grades: [[]] })),
        ),
    ],
    [
      'a number for a name',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, name: 7 })),
        ),
    ],
    [
      'a freshness that does not exist',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, origin: { freshness: 'WARM', system: null } })),
        ),
    ],
    [
      'a field that is missing',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map(({ name: _, ...one }) => one),
        ),
    ],
    [
      'a key that is null',
      (usual) =>
        withEntities(
          usual,
          entities(usual).map((one) => ({ ...one, number: null })),
        ),
    ],
    ['no data', () => ({ data: null })],
    ['no answer at all', () => null],
    ['a text', () => 'Bad Gateway'],
    ['an error without a path', (usual) => ({ ...usual, errors: [{ message: 'secret' }] })],
    [
      'an error with a path outside',
      (usual) => ({ ...usual, errors: [{ message: 'secret', path: ['other', 0] }] }),
    ],
    [
      'an error beyond the list',
      (usual) => ({ ...usual, errors: [{ message: 'secret', path: ['_entities', 2] }] }),
    ],
    [
      'an error before the list',
      (usual) => ({ ...usual, errors: [{ message: 'secret', path: ['_entities', -1] }] }),
    ],
    [
      'an error about the whole list',
      (usual) => ({ ...usual, errors: [{ message: 'secret', path: ['_entities'] }] }),
    ],
    [
      'an error whose path is no path',
      (usual) => ({ ...usual, errors: [{ message: 'secret', path: [{}, 0] }] }),
    ],
    ['an error that is a text', (usual) => ({ ...usual, errors: ['secret'] })],
    ['errors that are no list', (usual) => ({ ...usual, errors: { message: 'secret' } })],
    [
      'a hundred thousand errors',
      (usual) => ({
        ...usual,
        errors: Array.from({ length: 100_000 }, () => ({
          message: 'secret',
          path: ['_entities', 0, 'name'],
        })),
      }),
    ],
  ])('%s', async (_, spoil) => {
    const a = new FakeSchool('inst_a', names());
    const b = new FakeSchool('inst_b', names());
    const { ask } = await createTestRouter([a, b]);
    a.respond = async (_request, usual) => spoil(await usual()) as SubgraphResponse;
    const answer = await ask(full, both);
    expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1'), unavailable('2')] });
    expect(answer.errors).toHaveLength(2);
    for (const error of answer.errors!)
      expect(['SCHOOL_CONTRACT_BROKEN', 'SCHOOL_UNAVAILABLE']).toContain(error.extensions!['code']);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('a long message is cut, and words of an unknown code are not passed on', async () => {
    const a = new FakeSchool('inst_a', names());
    const { ask } = await createTestRouter([a]);
    const error = (code: string) => ({
      message: 'y'.repeat(100_000),
      path: ['_entities', 0, 'name'],
      extensions: { code },
    });
    a.respond = async (_request, usual) => ({
      ...(await usual()),
      errors: [error('RECORD_NOT_SUPPLIED'), error('__proto__')],
    });
    const { errors } = await ask(full, { r: [record('inst_a', '1')] });
    expect(errors!.map(({ message }) => message.length < 600)).toEqual([true, true]);
    expect(errors!.map(({ extensions }) => extensions!['code'])).toEqual([
      'RECORD_NOT_SUPPLIED',
      'SCHOOL_CONTRACT_BROKEN',
    ]);
  });
});

describe('a school over HTTP', () => {
  const a = new FakeSchool('inst_a', names());
  const b = new FakeSchool('inst_b', names());
  let hostile: Awaited<ReturnType<typeof startHostileAdapter>>;
  beforeEach(async () => {
    hostile = await startHostileAdapter(a.handle);
  });
  afterEach(() => hostile.stop());

  /** A router that reaches the first school on the wire, as it does in an alliance of several processes. */
  const router = () =>
    createTestRouter([a, b], {
      connect: ({ institutionId }) =>
        institutionId === 'inst_a'
          ? createHttpTransport({ subgraph: 'inst_a', url: hostile.url, maxResponseBytes: 256 * 1024 })
          : b.handle,
    });

  test('that answers as it should is heard', async () => {
    const { ask, router: made } = await router();
    expect(await ask(full, both)).toEqual({ data: { _entities: [live('1'), live('1'), live('2')] } });
    await made.stop();
  });

  test.each<[string, Misbehaviour]>([
    [
      'HTML instead of JSON',
      (response) => void response.setHeader('content-type', 'text/html').end('<html>10.0.0.1</html>'),
    ],
    ['an empty body', (response) => void response.end()],
    [
      'half a body',
      (response, usual) =>
        void response
          .setHeader('content-length', usual.length + 10)
          .write(usual.slice(0, 40), () => response.destroy()),
    ],
    ['JSON that is no answer', (response) => void response.end('[1, 2]')],
    [
      'a redirect to itself',
      (response, usual, request) => void response.writeHead(307, { location: request.url! }).end(usual),
    ],
    [
      'a redirect elsewhere',
      (response, usual) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(usual),
    ],
    ['a socket that is closed', (response) => void response.destroy()],
    [
      'keys of the prototype',
      (response, usual) =>
        void response.end(usual.replaceAll('"name":', '"__proto__":{"polluted":true},"constructor":')),
    ],
    [
      'a body without end',
      (response) =>
        new Promise<void>((resolve) => {
          response.on('close', resolve);
          const more = (): void => {
            while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
            if (!response.destroyed) response.once('drain', more);
          };
          more();
        }),
    ],
  ])('with %s is unavailable, and the others are not', async (_, how) => {
    const { ask, router: made } = await router();
    hostile.behave(how);
    const answer = await ask(full, both);
    expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1'), unavailable('2')] });
    expect(answer.errors).toHaveLength(2);
    expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.1|127\.0\.0\.1|polluted/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(hostile.calls()).toBe(1);
    await made.stop();
  });

  test('whose body trickles is given its time and no more, and the socket is closed', async () => {
    const { ask, clock, router: made } = await router();
    let closed = (): void => undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    let begun = (): void => undefined;
    const trickling = new Promise<void>((resolve) => (begun = resolve));
    hostile.behave((response, usual) => {
      response.on('close', closed);
      response.write(usual.slice(0, 1), () => begun());
    });
    const asked = ask(full, both);
    await trickling;
    clock.advance(200);
    const answer = await asked;
    expect(answer.data).toEqual({ _entities: [unavailable('1'), live('1'), unavailable('2')] });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'SCHOOL_TIMEOUT' } }, {}]);
    await gone;
    await made.stop();
  });

  test('that says a key twice is heard with the last of both, if that is what was asked', async () => {
    const { ask, router: made } = await router();
    hostile.behave(
      (response, usual) =>
        void response.end(usual.replace('{"data":{', '{"data":null,"data":{"_entities":[],')),
    );
    expect(await ask(full, both)).toEqual({ data: { _entities: [live('1'), live('1'), live('2')] } });
    await made.stop();
  });

  test('that sends more than was asked is cut to the question', async () => {
    const { ask, router: made } = await router();
    hostile.behave(
      (response, usual) =>
        void response.end(usual.replaceAll('"name":', '"identityNumber":"x","__proto__":{"x":1},"name":')),
    );
    const answer = await ask(full, both);
    expect(answer).toEqual({ data: { _entities: [live('1'), live('1'), live('2')] } });
    expect(JSON.stringify(answer)).not.toMatch(/identityNumber|__proto__/);
    await made.stop();
  });
});
