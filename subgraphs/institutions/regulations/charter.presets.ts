/** An article of a text: its number from 1, its heading, and its wording where it is recorded. */
export interface RegulationArticle {
  readonly number: number;
  readonly headingZh: string;
  readonly headingEn: string;
  readonly textZh: string | null;
  readonly textEn: string | null;
}

/** The day on which the charter was adopted and took effect (art. 26). */
export const charterAdoptedOn = '2016-07-15';

/**
 * What each article is about, all of it in our own words: the charter's wording, and whether it has headings at all, is
 * the alliance's document and not known here. What is known is what the sources cite each article for (model.md and
 * `features.md` section 4). They cite articles 3 and 4, and 9 and 10, for the same thing, so these share a heading;
 * they cite article 2 for nothing. That 22 is about where funds come from and 23 about their use is our reading.
 */
const headings: readonly (readonly [zh: string, en: string])[] = [
  ['宗旨与学习成果框架', 'Purpose, and the framework of learning outcomes'],
  ['（未录）', '(not recorded)'],
  ['学习成果框架', 'Framework of learning outcomes'],
  ['学习成果框架', 'Framework of learning outcomes'],
  ['认证单元', 'Certification units'],
  ['课程、证书与认证单元的对应', 'Mapping of courses and certificates to certification units'],
  ['成员间经对方同意的互认与转换', 'Recognition and conversion between members, with the consent of both'],
  ['课程与资源的认证、共享与交易', 'Certifying, sharing and trading courses and resources'],
  ['研究合作', 'Cooperation in research'],
  ['研究合作', 'Cooperation in research'],
  ['成员的权利', 'Rights of members'],
  ['成员的义务', 'Duties of members'],
  ['成员大会', 'Assembly of members'],
  ['常务理事会', 'Standing council'],
  ['理事会与专门理事会', 'Council and special councils'],
  ['机构审核委员会', 'Review committee'],
  ['秘书处', 'Secretariat'],
  ['机构审核', 'Review of institutions'],
  ['学习成果的认证', 'Certification of learning outcomes'],
  ['入盟程序与报备', 'Procedure of joining, and its filing with the council'],
  ['退出', 'Leaving'],
  ['经费来源', 'Sources of funds'],
  ['经费使用', 'Use of funds'],
  ['章程的修改', 'Amendment of the charter'],
  ['章程的解释', 'Interpretation of the charter'],
  ['章程的生效', 'Entry into force'],
];

/** The charter of the founding, article by article. */
export const foundingCharter: readonly RegulationArticle[] = headings.map(([zh, en], index) => ({
  number: index + 1,
  headingZh: zh,
  headingEn: en,
  textZh: index === 25 ? `本章程自 ${charterAdoptedOn} 起施行。` : null,
  textEn: index === 25 ? `This charter is in force from ${charterAdoptedOn}.` : null,
}));
