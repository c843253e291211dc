import { subgraphNames } from './process-kinds.js';
import { calling, edge, storing, type SettingDefinition } from './setting-definition.js';
import {
  ed25519PrivateKey,
  ed25519PublicKeys,
  onOff,
  symmetricKey,
  symmetricKeysById,
  text,
  url,
} from './setting-values.js';

/** Settings of trust: whose tokens are believed, which keys sign and encrypt. */
export const trustSettings = {
  AMRLO_AUTH: {
    schema: onOff(),
    default: 'on',
    description: 'Off lets everybody in, to try a foreign supergraph; refused in production.',
    processes: ['gateway'],
  },
  AMRLO_OIDC_ISSUER: {
    schema: url(['https', 'http']),
    description:
      'Issuer of access tokens; without it the development issuer, over the embedded database or a demo only.',
    processes: edge,
  },
  AMRLO_OIDC_AUDIENCE: {
    schema: text('the name of an audience'),
    default: 'amrlo-graph',
    description: 'Audience that an access token must carry.',
    processes: edge,
  },
  AMRLO_OIDC_JWKS_URL: {
    schema: url(['https', 'http']),
    description: "Keys of the issuer; by default from the issuer's discovery document.",
    processes: edge,
  },
  AMRLO_EXPLAIN_SCOPE: {
    schema: text('the name of a scope'),
    description:
      'Scope of access tokens whose holders may see how an answer came about, beside the secretariat; without it nobody else.',
    processes: edge,
  },
  AMRLO_ASSERTION_PRIVATE_KEY: {
    schema: ed25519PrivateKey(),
    secret: true,
    description: 'Key that signs the principal for the subgraphs; generated where one process is everything.',
    processes: calling,
  },
  AMRLO_ASSERTION_PUBLIC_KEYS: {
    schema: ed25519PublicKeys(),
    fromFile: true,
    description: 'Keys whose signed principals a subgraph believes; several during a rotation.',
    processes: ['alliance', ...subgraphNames, 'adapter'],
  },
  AMRLO_ENCRYPTION_KEYS: {
    schema: symmetricKeysById(),
    secret: true,
    description: 'Keys of encrypted columns by id; old ones stay until their rows are rewritten.',
    processes: storing,
  },
  AMRLO_ENCRYPTION_CURRENT_KEY: {
    schema: text('an id of AMRLO_ENCRYPTION_KEYS'),
    description: 'Id of the key that encrypts new values; by default the first.',
    processes: storing,
  },
  AMRLO_LOOKUP_KEY: {
    schema: symmetricKey(),
    secret: true,
    description: 'Key of the hashes by which encrypted identity numbers are found.',
    processes: storing,
  },
  AMRLO_AUDIT_SIGNING_KEY: {
    schema: ed25519PrivateKey(),
    secret: true,
    description: 'Key that signs the heads of the audit chain.',
    processes: storing,
  },
  AMRLO_FIRST_SECRETARIAT: {
    schema: text('the subject of a person'),
    description: 'Subject who gets the first grant of the secretariat, while nobody holds one.',
    processes: ['alliance', 'institutions'],
  },
} as const satisfies Record<string, SettingDefinition>;
