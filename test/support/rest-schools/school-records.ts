import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schoolFixtures } from '../../../subgraphs/adapters/schools.js';
import type { Asked, Reply } from './rest-server.js';

/** An object of a school's invented records. */
export type Item = Readonly<Record<string, unknown>>;

/** A list of a school's invented records, a copy that may be changed. */
export function recordsOf(school: string, list: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(join(schoolFixtures(school), `${list}.json`), 'utf8')) as Record<
    string,
    unknown
  >[];
}

/** The account that every local service accepts. */
export const account = { clientId: 'amrlo', clientSecret: 'between-us' } as const;

/** OAuth2 client credentials as RFC 6749 has them; what is under it is reached with a bearer token only. */
export function behindOauth(tokenPath: string, service: (asked: Asked) => Reply): (asked: Asked) => Reply {
  let given = 0;
  return (asked) => {
    if (asked.path === tokenPath) {
      const basic = Buffer.from(
        String(asked.headers['authorization'] ?? '').replace(/^Basic /, ''),
        'base64',
      ).toString();
      const id = asked.form.get('client_id') ?? decodeURIComponent(basic.split(':')[0] ?? '');
      const secret = asked.form.get('client_secret') ?? decodeURIComponent(basic.split(':')[1] ?? '');
      if (asked.form.get('grant_type') !== 'client_credentials' || asked.method !== 'POST') {
        return { status: 400, json: { error: 'unsupported_grant_type' } };
      }
      if (id !== account.clientId || secret !== account.clientSecret) {
        return { status: 401, json: { error: 'invalid_client' } };
      }
      given += 1;
      return {
        json: {
          access_token: `token-${given}`,
          token_type: 'Bearer',
          expires_in: 3600,
          scope: asked.form.get('scope'),
        },
      };
    }
    if (given === 0 || asked.headers['authorization'] !== `Bearer token-${given}`) {
      return { status: 401, json: { title: 'Unauthorized', status: 401, type: 'about:blank' } };
    }
    return service(asked);
  };
}
