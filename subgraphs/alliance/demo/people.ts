import type { DemoPerson } from '../../../gateway/security/development-issuer.js';

/** The people of the demo alliance; invented, every one of them. */
export const demoPeople = {
  learner: { subject: 'demo-learner', name: '陈思远', scopes: [] },
  registrar: { subject: 'demo-registrar', name: '马文博', scopes: [] },
  admin: { subject: 'demo-admin', name: '王秀兰', scopes: [] },
  expert: { subject: 'demo-expert', name: '李国栋', scopes: [] },
  council: { subject: 'demo-council', name: '赵明华', scopes: [] },
  chair: { subject: 'demo-chair', name: '吴建军', scopes: [] },
  applicant: { subject: 'demo-applicant', name: '田玉梅', scopes: [] },
  supervisor: { subject: 'demo-supervisor', name: '何志远', scopes: [] },
  secretariat: { subject: 'demo-secretariat', name: '周雅琴', scopes: [] },
} as const satisfies Record<string, DemoPerson>;

/** A role in the demo. */
export type DemoRole = keyof typeof demoPeople;

/** How each person is introduced at the start. */
export const demoTitles: Readonly<Record<DemoRole, string>> = {
  learner: 'learner 学习者',
  registrar: 'registrar of 宁夏大学 教务员',
  admin: 'administrator of 宁夏大学 and 宁夏职业技术大学 机构管理员',
  expert: 'expert 评审专家',
  council: 'council member, of 宁夏大学 理事',
  chair: 'chair of the standing council, of 宁夏医科大学 常务理事长',
  applicant: 'applicant, of an association 入盟申请人',
  supervisor: 'supervisor of the region 督导',
  secretariat: 'secretariat 秘书处',
};
