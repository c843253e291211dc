import type { StoredChecklistItem } from '../membership-cases/membership-case.entity.js';

/** A checklist of the institutional review; a case keeps the one that it was begun with. */
export interface ReviewChecklist {
  readonly version: string;
  readonly items: readonly StoredChecklistItem[];
}

/**
 * The checklist of reviews that begin now. What is asked comes from the charter; the cut into ten items is a proposal
 * [P]. A changed list gets a new version and leaves cases under way as they are.
 */
export const reviewChecklist: ReviewChecklist = {
  version: '2026-1',
  items: [
    {
      code: 'LEGAL_PERSON',
      article: 'art. 20',
      zh: '具有独立法人资格或主管部门的授权，登记信息真实有效',
      en: 'It is a legal person, or authorised by its authority, and its registration is valid',
    },
    {
      code: 'TRUTH',
      article: 'art. 20',
      zh: '申请书及所附材料真实、完整，并由负责人签署盖章',
      en: 'The letter and what comes with it are true, complete, signed and sealed',
    },
    {
      code: 'CHARTER',
      article: 'art. 12(5)',
      zh: '承认并承诺遵守联盟章程',
      en: 'It accepts the charter and promises to keep it',
    },
    {
      code: 'OFFERING',
      article: 'art. 18',
      zh: '开展学历或非学历教育培训，有稳定的教学项目',
      en: 'It teaches, with or without degrees, in programmes that last',
    },
    {
      code: 'QUALITY',
      article: 'art. 16',
      zh: '有健全的教学质量保证制度并留有执行记录',
      en: 'Its quality assurance is written down and seen to be kept',
    },
    {
      code: 'ASSESSMENT',
      article: 'art. 16',
      zh: '学习成果的考核与评定标准明确，程序公正',
      en: 'Learning is assessed by clear standards and fair procedures',
    },
    {
      code: 'RECORDS',
      article: 'art. 12(6)',
      zh: '有学籍与成绩管理系统，数据可长期保存、核验和交换',
      en: 'Its records of students and results are kept for good, can be verified and exchanged',
    },
    {
      code: 'PRIVACY',
      article: 'art. 12(6)',
      zh: '学习者个人信息受到保护，有专人负责',
      en: "Learners' personal data are protected, and somebody answers for it",
    },
    {
      code: 'STAFF',
      article: 'art. 18',
      zh: '师资和管理队伍与开展的项目相适应',
      en: 'Teachers and administrators fit what it offers',
    },
    {
      code: 'CONTACT',
      article: 'art. 12(7)',
      zh: '设有联盟事务的联系部门和联系人',
      en: 'An office and a person are named for the affairs of the alliance',
    },
  ],
};
