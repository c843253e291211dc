import type { SettingsOf } from '../kit/base/config/settings.js';
import type { Alliance } from './alliance.js';
import { demoPeople, demoTitles, type DemoRole } from './demo/people.js';
import { demoQueries } from './demo/queries.js';

/** What a newcomer reads after the start: where to go, as whom, and what to paste. */
export async function banner(
  alliance: Pick<Alliance, 'url' | 'issuer' | 'demo'>,
  settings: Pick<SettingsOf<'alliance'>, 'AMRLO_OIDC_ISSUER'>,
): Promise<string> {
  const lines = ['', `AMRLO Graph  ${alliance.url}/graphql`];
  if (alliance.issuer === undefined) {
    lines.push(...withoutTokens(settings.AMRLO_OIDC_ISSUER), '');
    return `${lines.join('\n')}\n`;
  }
  lines.push(`Explorer     ${alliance.url}/explorer`, '', alliance.issuer.banner);
  if (alliance.demo) {
    for (const role of Object.keys(demoPeople) as DemoRole[]) {
      const person = demoPeople[role];
      const token = await alliance.issuer.mint(person);
      lines.push(
        '',
        `${person.name}  ${demoTitles[role]}  (${person.subject})`,
        `Authorization: Bearer ${token}`,
      );
    }
    for (const { client, role, query } of demoQueries) {
      lines.push(
        '',
        `# ${client}: paste it with the token of ${demoPeople[role].name} (${demoPeople[role].subject})`,
        query,
      );
    }
  }
  return `${lines.join('\n')}\n\n`;
}

function withoutTokens(issuer: string | undefined): string[] {
  return issuer === undefined
    ? [
        '未配置身份提供方，无人可以登录，仅公开内容可查：请设置 AMRLO_OIDC_ISSUER 和 AMRLO_OIDC_AUDIENCE；若其密钥不在发现文档所示之处，另设 AMRLO_OIDC_JWKS_URL。',
        'Nobody can sign in, and only what is public is answered: set AMRLO_OIDC_ISSUER and AMRLO_OIDC_AUDIENCE, and AMRLO_OIDC_JWKS_URL where the keys are not where its discovery document says.',
      ]
    : [
        `访问令牌由 ${issuer} 签发，此处不显示。`,
        `Access tokens come from ${issuer}; none are printed here.`,
      ];
}
