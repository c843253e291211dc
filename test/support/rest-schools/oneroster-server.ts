import { behindOauth, recordsOf, type Item } from './school-records.js';
import { startRestServer, type Asked, type Reply, type RestServer } from './rest-server.js';

const prefix = /^\/ims\/oneroster\/(rostering|gradebook)\/v1p2\/(\w+)(?:\/([^/]+))?$/;

const unknownObject: Reply = {
  status: 404,
  json: {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description: 'Not found.',
    imsx_CodeMinor: {
      imsx_codeMinorField: [
        { imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue: 'unknownobject' },
      ],
    },
  },
};

/** The name of one object of a list, as the answers of OneRoster wrap it. */
const single: Readonly<Record<string, string>> = {
  students: 'user',
  classes: 'class',
  courses: 'course',
  terms: 'term',
  lineItems: 'lineItem',
  categories: 'category',
  scoreScales: 'scoreScale',
  results: 'result',
};

/** The records of a school of OneRoster 1.2, served as its specification says: filters, sorting, X-Total-Count, Link. */
export function startOneRoster(school: string): Promise<RestServer> {
  const lists: Record<string, Item[]> = {
    students: recordsOf(school, 'students'),
    classes: recordsOf(school, 'classes'),
    courses: recordsOf(school, 'courses'),
    terms: recordsOf(school, 'terms'),
    lineItems: recordsOf(school, 'line-items'),
    categories: recordsOf(school, 'categories'),
    scoreScales: recordsOf(school, 'score-scales'),
    results: recordsOf(school, 'results'),
  };
  const service = (asked: Asked): Reply => {
    const [, , list = '', id] = prefix.exec(asked.path) ?? [];
    const items = lists[list];
    if (items === undefined) return unknownObject;
    if (id === undefined) return collection(list, items, asked);
    const found = items.find(({ sourcedId }) => sourcedId === id);
    return found === undefined ? unknownObject : { json: { [single[list]!]: found } };
  };
  return startRestServer(behindOauth('/oauth2/token', service));
}

function collection(name: string, items: readonly Item[], { path, query }: Asked): Reply {
  const found = sorted(filtered(items, query.get('filter')), query.get('sort'), query.get('orderBy'));
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('offset') ?? 0);
  const next = new URLSearchParams(query);
  next.set('offset', String(offset + limit));
  return {
    headers: {
      'x-total-count': String(found.length),
      ...(offset + limit < found.length && { link: `<${path}?${next}>; rel="next"` }),
    },
    json: {
      [name]: found.slice(offset, offset + limit),
      totalCount: found.length,
      pageCount: Math.ceil(found.length / limit),
      pageNumber: Math.floor(offset / limit) + 1,
      offset,
      limit,
    },
  };
}

function textAt(item: Item, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, name) => (inner as Item | undefined)?.[name], item);
  return typeof value === 'string' ? value : '';
}

/** One predicate of the standard: `<field><operator>'<value>'`. */
function filtered(items: readonly Item[], filter: string | null): Item[] {
  if (filter === null) return [...items];
  const [, field = '', operator, wanted = ''] = /^([\w.]+)(=|>)'([^']*)'$/.exec(filter) ?? [];
  return items.filter((item) => {
    const value = textAt(item, field);
    return operator === '>' ? value > wanted : value === wanted;
  });
}

function sorted(items: Item[], field: string | null, order: string | null): Item[] {
  if (field === null) return items;
  const sign = order === 'desc' ? -1 : 1;
  return items.toSorted((a, b) => sign * textAt(a, field).localeCompare(textAt(b, field), 'en'));
}
