import { behindOauth, recordsOf, type Item } from './school-records.js';
import { startRestServer, type Asked, type Reply, type RestServer } from './rest-server.js';

/**
 * The records of a school of Edu-API 1.0 under its illustrative root. Collections are bare arrays; that they carry
 * X-Total-Count is taken over from OneRoster, the older standard of the same house, and could not be confirmed.
 */
export function startEduApi(school: string): Promise<RestServer> {
  const persons = recordsOf(school, 'persons');
  const collectionTemplates = recordsOf(school, 'collection-templates');
  const courseTemplates = recordsOf(school, 'course-templates');
  const taken = recordsOf(school, 'collection-offerings');
  const service = (asked: Asked): Reply => {
    const [, list, id, inner] =
      /^\/ims\/eduapi\/base\/v1p0\/(\w+)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(asked.path) ?? [];
    if (list === 'students' && inner === 'collectionOfferings') {
      return collection(
        taken.filter(({ student }) => student === id).map(({ offering }) => offering as Item),
        asked,
      );
    }
    const items = { persons, collectionTemplates, courseTemplates }[list ?? ''];
    if (items === undefined || inner !== undefined) return { status: 404, json: { message: 'unknown' } };
    if (id === undefined) return collection(items, asked);
    const found = items.find(({ sourcedId }) => sourcedId === id);
    return found === undefined ? { status: 404, json: { message: 'unknown' } } : { json: found };
  };
  return startRestServer(behindOauth('/ims/eduapi/base/v1p0/oauth2/token', service));
}

function collection(items: readonly Item[], { query }: Asked): Reply {
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('offset') ?? 0);
  return { headers: { 'x-total-count': String(items.length) }, json: items.slice(offset, offset + limit) };
}
