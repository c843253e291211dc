import type { DemoPerson } from '../../../gateway/security/development-issuer.js';

/** The people of the demo alliance; invented, every one of them. */
export const demoPeople = {
  learner: { subject: 'demo-learner', name: '陈思远', scopes: [] },
  registrar: { subject: 'demo-registrar', name: '马文博', scopes: [] },
  admin: { subject: 'demo-admin', name: '王秀兰', scopes: [] },
  expert: { subject: 'demo-expert', name: '李国栋', scopes: [] },
  council: { subject: 'demo-council', name: '赵明华', scopes: [] },
  secretariat: { subject: 'demo-secretariat', name: '周雅琴', scopes: [] },
} as const satisfies Record<string, DemoPerson>;

/** A role in the demo. */
export type DemoRole = keyof typeof demoPeople;

/** How each person is introduced at the start. */
export const demoTitles: Readonly<Record<DemoRole, string>> = {
  learner: 'learner 学习者',
  registrar: 'registrar of 宁夏大学 教务员',
  admin: 'administrator of 宁夏大学 机构管理员',
  expert: 'expert 评审专家',
  council: 'council member 理事',
  secretariat: 'secretariat 秘书处',
};
