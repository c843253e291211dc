/** The languages of messages; codes are never translated (DESIGN.md section 10, convention 11). */
export type Locale = 'zh-CN' | 'en';

/** Picks the language from an `Accept-Language` header; Chinese unless English is asked for first. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (!acceptLanguage) return 'zh-CN';
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().split(';');
      const weight = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find(Boolean);
      return { tag: tag.toLowerCase(), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => weight > 0 && (tag.startsWith('zh') || tag.startsWith('en')))
    .sort((a, b) => b.weight - a.weight)[0];
  return wanted?.tag.startsWith('en') ? 'en' : 'zh-CN';
}
