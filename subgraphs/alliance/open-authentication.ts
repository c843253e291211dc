import { discoverJwks } from '../../gateway/identity-provider.js';
import { createAuthentication, type Authentication } from '../../gateway/security/authentication.js';
import {
  createDevelopmentIssuer,
  type DevelopmentIssuer,
} from '../../gateway/security/development-issuer.js';
import { createGrantSource } from '../../gateway/security/grant-source.js';
import type { Clock } from '../kit/base/clock.js';
import type { Link } from '../kit/base/link/link.js';
import { makeFolder } from '../kit/base/make-folder.js';
import type { WakeBus } from '../kit/base/wake.js';
import type { AllianceSettings } from './alliance-settings.js';

/**
 * Whose tokens are believed: a real identity provider's; without one the development issuer's where only invented
 * people are (`development`), and otherwise nobody's, so that what is public is all that is answered.
 */
export async function openAuthentication(options: {
  settings: AllianceSettings;
  /** The embedded PostgreSQL, or a demo that was asked for; never production. */
  development: boolean;
  link: Link;
  wakeBus: WakeBus;
  clock: Clock;
}): Promise<{ authentication: Authentication; issuer: DevelopmentIssuer | undefined }> {
  const { settings, development, link, wakeBus, clock } = options;
  const grants = createGrantSource({ link, clock });
  const audience = settings.AMRLO_OIDC_AUDIENCE;
  if (settings.AMRLO_OIDC_ISSUER !== undefined) {
    const jwks =
      settings.AMRLO_OIDC_JWKS_URL === undefined
        ? await discoverJwks(settings.AMRLO_OIDC_ISSUER)
        : new URL(settings.AMRLO_OIDC_JWKS_URL);
    const authentication = createAuthentication({
      jwks,
      issuer: settings.AMRLO_OIDC_ISSUER,
      audience,
      grants,
      wakeBus,
      clock,
    });
    return { authentication, issuer: undefined };
  }
  if (!development) {
    const authentication = createAuthentication({
      jwks: { keys: [] },
      issuer: 'none',
      audience,
      grants,
      wakeBus,
      clock,
    });
    return { authentication, issuer: undefined };
  }
  await makeFolder(settings.DATA_DIR);
  const issuer = await createDevelopmentIssuer({
    dataDir: settings.DATA_DIR,
    production: false,
    audience,
    clock,
  });
  const authentication = createAuthentication({
    jwks: issuer.jwks,
    issuer: issuer.issuer,
    audience,
    grants,
    wakeBus,
    clock,
  });
  return { authentication, issuer };
}
