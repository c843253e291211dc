/** What a column must be kept back for: passwords everywhere, identity numbers everywhere but in `identities`. */
export type Secret = 'PASSWORD' | 'IDENTITY';

/**
 * Tells by its name whether a column holds passwords (with what belongs to them, as their salts) or identity numbers of
 * people. Every driver asks it, whatever its school writes: `XS_MM`, `userPassword`, `登录密码`, `SFZH18`, `nationalId`.
 * It errs on the side of ordinary columns where a name is both (BMM is 部门码, KSKL is 考生科类), so it is a wall against
 * mistakes; what the school itself gives out is the other.
 * @param column a column's name in any letters, with any signs between its words
 * @returns null for an ordinary column
 */
export function secretOf(column: string): Secret | null {
  // NFKC: ＭＭ is the column MM for a server that folds full-width letters.
  const words = column
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{Nd}])(?=\p{Lu})/gu, '$1_')
    .toUpperCase()
    .split(/[^\p{L}\p{Nd}]+/u)
    // A second one is as secret as the first: MM1, PWD2, SFZH18, SFZH_15.
    .map((word) => word.replace(/\p{Nd}+$/u, ''))
    .filter((word) => word !== '');
  const whole = words.join('');
  if (isPassword(words, whole)) return 'PASSWORD';
  return isIdentity(whole) ? 'IDENTITY' : null;
}

/** Whose passwords systems keep, in the initials of Zhengfang and its like: 用户, 教职工, 学生, 教师, 登录, 管理员, 查询, 家长. */
const owners = 'YH|JZG|XS|JS|DL|GLY|CX|JZ';

/**
 * 密码 beside more owners than 口令, because KL is also 科类 (KSKL, GKKL), and a plain ending MM is also 面貌 (ZZMM), 部门码
 * (BMM), 科目码 (KMM), 项目码 (XMM) and a month (YYYYMM).
 */
const initials = new RegExp(
  `^(?:(?:${owners}|GR|KS|ZF|JY|CS|YS|XT|ZH|GL|YX|SJK|MR|YMJ|Y|J)?MM|(?:${owners})?KL)$`,
);

const passwordWord =
  /PWD|PSWD|PSW$|^PSW|PASSW|PASSPHRASE|PASSCODE|MIMA(?!GE)|KOULING|KENNWORT|SALASANA|MOTDEPASSE|密码|口令/;

/** PASS is a password alone and of somebody; in every other place (PASS_MARK, IS_PASS) it is a passed examination. */
const passOfSomebody =
  /^(?:USER|USR|LOGIN|LOGON|SIGNIN|ACCOUNT|ACCT|ADMIN|DB|MAIL|EMAIL|MY|OLD|NEW|WEB|STU|STUDENT|TEACHER|STAFF)?PASS$/;

function isPassword(words: readonly string[], whole: string): boolean {
  return (
    passOfSomebody.test(whole) ||
    initials.test(whole) ||
    /PASSW|^PIN(?:CODE)?$/.test(whole) ||
    words.some(
      (word, at) =>
        passwordWord.test(word) ||
        word === 'SALT' ||
        (initials.test(word) && !/^(?:Y+|YEAR|HH?|DD?)$/.test(words[at - 1] ?? words[at + 1] ?? '')),
    )
  );
}

/** Type, validity and issuer of an identity document are no number of a person: SFZJLXM, 身份证件类型. */
const besideTheNumber = /(?:类型|类别|种类)(?:码|代码|名称)?$|有效|签发|照片?$/;

/**
 * GMSFHM is the 公民身份号码 of GB 11643 in the data elements of the police, SFZJH the 身份证件号 of the education
 * standards (JY/T 1001, 1006). A plain ZJH also ends a plan (FZJH), SFZ also begins whether something is (SFZX, SFZC).
 */
const identityNames: readonly RegExp[] = [
  /SFZ(?:H|HM|HAO|HAOMA|JH|JHM|JHAO|ID|BH|MHM)$/,
  /^(?:XS|JS|JZG|JZ|FQ|MQ|JHR|BR|KS|YH|GR)?SFZ$/,
  /^(?:XS|JS|JZG|JZ|FQ|MQ|JHR|BR|KS|YH|GR)?ZJ(?:H|HAO)$/,
  /ZJHM$|SFHM$|GMSF(?:H|HM|Z|ZH|ZHM)$|^HZHM$|SHENFENZHENG/,
  /公民身份|身份号|身份证|证件号|护照号|通行证号/,
  /^(?:PERSON|CITIZEN|NATIONAL|RESIDENT|PARENT|FATHER|MOTHER|GUARDIAN|FAMILY)?ID(?:NO|NUM|NUMBER)$/,
  /ID(?:ENTITY)?CARD(?:NO|NUM|NUMBER|ID|CODE)?$/,
  /IDENTITY(?:NO|NUM|NUMBER|CODE|ID)$|^(?:CITIZEN|NATIONAL|RESIDENT|PERSONAL)(?:ID|IDENTIFIER|CODE|NUMBER|NO)$/,
  /NATIONALIDENT(?:IFIER|ITY|IFICATION)|SOCIALSECURITY|PASSPORT(?:NO|NUM|NUMBER|ID)?$/,
  // As countries of the alliance and their neighbours call theirs.
  /^(?:SSN|PESEL|BSN|HETU|CPR|CPRNR|DNI|NIE|NIF|OIB|EGN|CNP|PPSN|NINO|NRIC|AADHAAR|CURP|CPF|KENNITALA|TCKN|TCKIMLIK(?:NO)?)$/,
  /^(?:HENKILÖTUNNUS|HENKILOTUNNUS|PERSONNUMMER|FØDSELSNUMMER|FODSELSNUMMER|ISIKUKOOD|CODICEFISCALE|RODNECISLO)$/,
];

function isIdentity(whole: string): boolean {
  return !besideTheNumber.test(whole) && identityNames.some((name) => name.test(whole));
}
