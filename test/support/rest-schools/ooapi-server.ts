import { behindOauth, recordsOf, type Item } from './school-records.js';
import { startRestServer, type Asked, type Reply, type RestServer } from './rest-server.js';

const notFound: Reply = {
  status: 404,
  headers: { 'content-type': 'application/problem+json' },
  json: { type: 'about:blank', status: 404, title: 'Not Found' },
};

/** One page in the form of `Pagination`, v5 and v6 alike. */
function page(items: readonly Item[], { query }: Asked): Reply {
  const size = Number(query.get('pageSize') ?? 10);
  const number = Number(query.get('pageNumber') ?? 1);
  const totalPages = Math.max(1, Math.ceil(items.length / size));
  return {
    json: {
      pageSize: size,
      pageNumber: number,
      hasPreviousPage: number > 1,
      hasNextPage: number < totalPages,
      totalPages,
      items: items.slice((number - 1) * size, number * size),
    },
  };
}

function one(items: readonly Item[], key: string, value: string): Reply {
  const found = items.find((item) => item[key] === value);
  return found === undefined ? notFound : { json: found };
}

function withCode(items: readonly Item[], { query }: Asked): Item[] {
  const wanted = query.get('primaryCode');
  return items.filter(
    ({ primaryCode }) => wanted === null || (primaryCode as { code: string }).code === wanted,
  );
}

/** The records of a school of OOAPI v5, served as its specification says, under `/ooapi/v5`. */
export function startOoapiV5(school: string): Promise<RestServer> {
  const lists = Object.fromEntries(
    ['persons', 'courses', 'programs', 'associations'].map((name) => [name, recordsOf(school, name)]),
  ) as Record<string, Item[]>;
  const service = (asked: Asked): Reply => {
    const [, list = '', id, inner] = /^\/ooapi\/v5\/(\w+)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(asked.path) ?? [];
    const items = lists[list];
    if (items === undefined || list === 'associations') return notFound;
    if (id === undefined) return page(withCode(items, asked), asked);
    if (inner === undefined) return one(items, `${list.slice(0, -1)}Id`, id);
    if (list !== 'persons' || inner !== 'associations') return notFound;
    const type = asked.query.get('associationType');
    const own = lists['associations']!.filter(({ person }) => person === id)
      .map(({ association }) => association as Item)
      .filter(({ associationType }) => type === null || associationType === `${type}Association`);
    return page(own, asked);
  };
  return startRestServer(behindOauth('/ooapi/v5/oauth2/token', service));
}

/** A school of OEAPI v6 and what it holds now. */
export interface OeapiV6 extends RestServer {
  readonly associations: readonly Record<string, unknown>[];
}

/** The records of a school of OEAPI v6, served as its specification says, under `/v6`; results may be patched. */
export async function startOeapiV6(school: string): Promise<OeapiV6> {
  const persons = recordsOf(school, 'persons');
  const courses = recordsOf(school, 'courses');
  const programmes = recordsOf(school, 'programmes');
  const associations = recordsOf(school, 'course-offering-associations');
  const programmeAssociations = recordsOf(school, 'programme-offering-associations');
  const ofPerson = (items: readonly Item[], id: string) => items.filter(({ personId }) => personId === id);
  const service = (asked: Asked): Reply => {
    const [, list = '', id, inner] = /^\/v6\/([\w-]+)(?:\/([^/]+))?(?:\/([\w-]+))?$/.exec(asked.path) ?? [];
    if (list === 'course-offering-associations' && asked.method === 'PATCH') return patch(asked, id ?? '');
    if (asked.method !== 'GET')
      return { status: 405, json: { type: 'about:blank', status: 405, title: 'No' } };
    const lists: Record<string, [Item[], string]> = {
      persons: [persons, 'personId'],
      courses: [courses, 'courseId'],
      programmes: [programmes, 'programmeId'],
      'course-offering-associations': [associations, 'associationId'],
    };
    const [items, key] = lists[list] ?? [];
    if (items === undefined || key === undefined) return notFound;
    if (id === undefined) return page(withCode(items, asked), asked);
    if (inner === undefined) return one(items, key, id);
    if (inner === 'course-offering-associations') return page(ofPerson(associations, id), asked);
    if (inner === 'programme-offering-associations') return page(ofPerson(programmeAssociations, id), asked);
    return notFound;
  };
  const patch = ({ headers, body }: Asked, id: string): Reply => {
    const found = associations.find(({ associationId }) => associationId === id);
    if (found === undefined) return notFound;
    if (headers['content-type'] !== 'application/merge-patch+json') {
      return { status: 400, json: { type: 'about:blank', status: 400, title: 'Merge patches only' } };
    }
    const { result } = JSON.parse(body) as { result: Item };
    found['result'] = merged((found['result'] ?? {}) as Item, result);
    return {
      json: { associationId: id, state: found['state'], message: [{ language: 'en-GB', value: 'Updated.' }] },
    };
  };
  const server = await startRestServer(behindOauth('/v6/oauth2/token', service));
  return { ...server, associations };
}

/** JSON Merge Patch (RFC 7396). */
function merged(target: Item, patch: Item): Item {
  const next: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name];
    else if (typeof value === 'object' && !Array.isArray(value)) {
      next[name] = merged((next[name] ?? {}) as Item, value as Item);
    } else next[name] = value;
  }
  return next;
}
