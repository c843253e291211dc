import type { CatalogueEntry } from './catalogue-entry.js';

/** Codes of the schools' records systems and of the adapters in front of them. */
export const recordsErrors = {
  SCHOOL_UNAVAILABLE: {
    kind: 'fault',
    status: 503,
    retryable: true,
    zh: '{institution} 的教务系统暂不可用，其记录未取得。',
    en: 'The records system of {institution} is unavailable; its records were not obtained.',
  },
  SCHOOL_TIMEOUT: {
    kind: 'fault',
    status: 504,
    retryable: true,
    zh: '{institution} 的教务系统未在时限内答复，其记录未取得。',
    en: 'The records system of {institution} did not answer in time; its records were not obtained.',
  },
  SCHOOL_NOT_CONNECTED: {
    kind: 'fault',
    status: 404,
    retryable: false,
    zh: '{institution} 尚未接入教务系统。',
    en: '{institution} has no records system connected.',
  },
  SCHOOL_CONTRACT_BROKEN: {
    kind: 'fault',
    status: 502,
    retryable: false,
    zh: '{institution} 的适配器答复不合约定，已按不可用处理。',
    en: 'The adapter of {institution} broke its contract; it counts as unavailable.',
  },
  SOURCE_TEXT_CORRUPT: {
    kind: 'fault',
    status: 502,
    retryable: false,
    zh: '{institution} 的教务系统中 {field} 的文字已损坏（字符集错误），不予采用。',
    en: 'The text of {field} in the records system of {institution} is corrupt (wrong character set) and was not used.',
  },
  RECORD_NOT_SUPPLIED: {
    kind: 'fault',
    status: 404,
    retryable: false,
    zh: '{institution} 的教务系统不提供 {what}，该内容未知。',
    en: 'The records system of {institution} does not supply {what}; it is unknown.',
  },
  SOURCE_TOO_LARGE: {
    kind: 'fault',
    status: 502,
    retryable: false,
    zh: '{institution} 的教务系统给出的 {what} 超过上限 {max} 行，未予采用；请由该校收窄查询范围或提高上限。',
    en: 'The records system of {institution} gives more than {max} rows of {what}; none was used. The school must narrow the question or raise the limit.',
  },
  DELIVERY_TOO_LARGE: {
    kind: 'refusal',
    status: 413,
    retryable: false,
    zh: '{file} 超过上限 {max} 字节（{option}）；请减小该文件，或在学校文件中提高 {option}。',
    en: '{file} is larger than the {max} bytes of {option}; deliver it in smaller parts, or raise {option} in the school file.',
  },
  DELIVERY_BASE_MISSING: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    zh: '该交付只含变更（{detail}），但缺少它所变更的完整交付；请先交付一次完整数据，再交付变更。',
    en: 'The delivery holds changes only ({detail}) and the full delivery that they change is missing; deliver everything once, then the changes.',
  },
  WRITE_BACK_REFUSED: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    rule: 'charter 12(8)',
    zh: '{institution} 的教务系统未接受该免修记录（{detail}）；请与该校教务部门核对后再写。',
    en: "The records system of {institution} did not take the exemption ({detail}); settle it with the school's registrar, then write it again.",
  },
} as const satisfies Record<string, CatalogueEntry>;
