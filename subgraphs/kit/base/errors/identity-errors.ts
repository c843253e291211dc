import type { CatalogueEntry } from './catalogue-entry.js';

/** Codes of who asks and what they may read: tokens, their issuers, grants, the gateway's signature. */
export const identityErrors = {
  UNAUTHENTICATED: {
    kind: 'fault',
    status: 401,
    retryable: false,
    zh: '需要登录：请在 Authorization 头中携带有效的访问令牌。',
    en: 'Sign in first: send a valid access token in the Authorization header.',
  },
  TOKEN_INVALID: {
    kind: 'fault',
    status: 401,
    retryable: false,
    zh: '访问令牌无效（签名、签发方或受众不符），请重新登录。',
    en: 'The access token is not valid (signature, issuer or audience); sign in again.',
  },
  TOKEN_EXPIRED: {
    kind: 'fault',
    status: 401,
    retryable: false,
    zh: '访问令牌已过期，请重新登录。',
    en: 'The access token has expired; sign in again.',
  },
  FORBIDDEN_FIELD: {
    kind: 'fault',
    status: 403,
    retryable: false,
    zh: '当前身份无权读取字段 {field}。',
    en: 'The current role may not read the field {field}.',
  },
  GRANT_NOT_HELD: {
    kind: 'fault',
    status: 403,
    retryable: false,
    zh: 'Acting-Grant 指定的授权 {grant} 不属于当前用户或已失效。',
    en: 'The grant {grant} named in Acting-Grant is not held or no longer in force.',
  },
  GRANTS_UNAVAILABLE: {
    kind: 'fault',
    status: 503,
    retryable: true,
    zh: '暂时无法核对授权，请稍后再试。',
    en: 'Grants cannot be checked right now; try again shortly.',
  },
  ASSERTION_MISSING: {
    kind: 'fault',
    status: 401,
    retryable: false,
    zh: '子图只接受网关签名的请求。',
    en: 'A subgraph accepts only requests signed by the gateway.',
  },
  IDENTITY_PROVIDER_UNAVAILABLE: {
    kind: 'fault',
    status: 503,
    retryable: true,
    zh: '身份提供方暂不可用，无法核对令牌，请稍后再试。',
    en: 'The identity provider cannot be reached, so tokens cannot be checked; try again shortly.',
  },
  DEVELOPMENT_ISSUER_REFUSED: {
    kind: 'fault',
    status: 500,
    retryable: false,
    zh: '生产环境不能启用开发用签发器，请设置身份提供方的 JWKS。',
    en: 'The development issuer cannot be used in production, it gives anybody a token; set the JWKS of an identity provider.',
  },
  DEVELOPMENT_ISSUER_KEY_UNREADABLE: {
    kind: 'fault',
    status: 500,
    retryable: false,
    zh: '开发用签发器的密钥 {file} 无法读取；删除该文件即可重新生成。',
    en: 'The key of the development issuer in {file} cannot be read; delete the file to make a new one.',
  },
} as const satisfies Record<string, CatalogueEntry>;
