import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { WakeBus } from '../../subgraphs/kit/base/wake.js';
import { createGrantCache, type GrantSource } from './grant-cache.js';
import { createTokenVerifier, type TokenVerifierOptions } from './token-verifier.js';

/** Headers as Node and Fastify give them: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Who asks, and until when that is known. */
export interface Authenticated {
  readonly principal: Principal;
  /** When the access token ends; undefined for nobody known. */
  readonly expiresAt: Date | undefined;
  /** When one of the person's grants begins or ends by its interval; undefined when none will. */
  readonly changesAt?: Date | undefined;
}

/** Finds out who asks. */
export interface Authentication {
  /**
   * A request without a token is anonymous; a token that is not believed is an error, never anonymous.
   * @throws AmrloError `TOKEN_INVALID`, `TOKEN_EXPIRED`, `IDENTITY_PROVIDER_UNAVAILABLE`, `GRANTS_UNAVAILABLE`, `GRANT_NOT_HELD`
   */
  authenticate(headers: RequestHeaders): Promise<Authenticated>;
  close(): void;
}

/** What authentication needs. */
export interface AuthenticationOptions extends Omit<TokenVerifierOptions, 'clock'> {
  readonly grants: GrantSource;
  readonly wakeBus?: WakeBus;
  readonly clock?: Clock;
}

/** The header that picks one grant for a request (DESIGN.md section 10, convention 1). */
export const actingGrantHeader = 'acting-grant';

/** Makes the authentication of a gateway: access tokens by JWKS, grants from their source. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const clock = options.clock ?? systemClock;
  const verify = createTokenVerifier({ ...options, clock });
  const grants = createGrantCache({
    source: options.grants,
    clock,
    ...(options.wakeBus ? { wakeBus: options.wakeBus } : {}),
  });
  return {
    async authenticate(headers) {
      const acting = single(headers[actingGrantHeader]);
      const token = tokenIn(single(headers['authorization']));
      if (token === undefined) {
        if (acting !== undefined) throw new AmrloError('GRANT_NOT_HELD', { grant: shown(acting) });
        return { principal: anonymous, expiresAt: undefined };
      }
      const { subject, scopes, expiresAt } = await verify(token);
      // The service role is never given to a person, whatever the source says.
      const now = await grants.inForce(subject);
      const held = now.grants.filter((grant) => grant.role !== 'SERVICE');
      const picked = acting === undefined ? held : held.filter((grant) => grant.id === acting);
      if (acting !== undefined && picked.length === 0)
        throw new AmrloError('GRANT_NOT_HELD', { grant: shown(acting) });
      return {
        principal: { kind: 'PERSON', subject, grants: picked, scopes },
        expiresAt,
        changesAt: now.changesAt,
      };
    },
    close: () => grants.close(),
  };
}

function single(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

function tokenIn(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) throw new AmrloError('TOKEN_INVALID');
  return token;
}

function shown(text: string): string {
  return text.slice(0, 60);
}
