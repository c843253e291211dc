import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretOf } from '../../subgraphs/adapters/kit/secret-columns.js';

const passwords =
  `MM XSMM JSMM YHMM JZGMM DLMM KSMM MM1 MM2 XS_MM xs_mm T.MM KL YHKL XSKL DLKL JZGKL YH_KL USERPWD LOGINPWD PWD PWD2
   PWD_HASH userPwd PSWD PSW USERPSW PASS PASS2 USERPASS USER_PASS loginPass PASSWORD PASSWD PASS_WORD userPassword
   passwordHash PASSWORD_SALT SALT PIN PINCODE MIMA DLMIMA 密码 登录密码 口令 初始密码 ＭＭ Passwort`.split(
    /\s+/,
  );

const identities =
  `SFZH SFZHM SFZJH SFZJHM SFZ SFZH18 SFZH_15 XSSFZH XS_SFZH YSFZH JZSFZH XSSFZ GMSFHM GMSFZHM ZJH ZJHM XSZJH SFHM
   身份证 身份证号 身份证件号 公民身份号码 身份号码 学生身份证号 证件号 证件号码 护照号 ID_NO IDNO IDNUM ID_NUMBER idNumber IDCARD
   ID_CARD idCard IDCARDNO ID_CARD_NUMBER IDENTITY_NUMBER identityNo NATIONAL_ID nationalId citizenId SSN PESEL BSN
   HETU henkilotunnus henkilötunnus personnummer PASSPORT_NO passportNumber SOCIAL_SECURITY_NUMBER`.split(
    /\s+/,
  );

const ordinary =
  `XH XM KCH KCMC KCDM BMM KMM XMM ZZMM XMMC XQMMC XNMMC YYYYMM YYYY_MM MM_DD KLMC KLDM KSKL GKKL ZSKL SFZX SFZC SFZF YDQSFZX
   CJSFZF SFZJLX SFZJLXM SFZJYXQ ZJLXM FZJH ZXJH JXJH SUMMER COMMENT PROGRAMME PASSED PASS_MARK passMark IS_PASS
   PASS_FLAG PASS_OR_FAIL PASSING CET4_PASS ROOMIMAGE PINYIN STUDENT_ID_NO STUDENT_ID STUDENT_ID_NUMBER COURSE_ID sourcedId
   identifier GROUP_WD CERTIFICATE_NUMBER CARD_NO HASH ID NO 学号 姓名 毕业证书编号 学生证号 身份证件类型 证件类型码 政治面貌 编码
   部门码 PERSON_ID DAYS_SALTED`.split(/\s+/);

describe('names of secret columns', () => {
  test.each(passwords)('%s is a password column', (name) => {
    expect(secretOf(name)).toBe('PASSWORD');
  });

  test.each(identities)('%s holds identity numbers', (name) => {
    expect(secretOf(name)).toBe('IDENTITY');
  });

  test.each(ordinary)('%s is an ordinary column', (name) => {
    expect(secretOf(name)).toBeNull();
  });

  test('capitals, full-width letters and signs between words hide nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('XS_MM', 'USER_PASSWORD', 'ID_CARD', 'SFZH', 'NATIONAL_ID'),
        fc.constantFrom('_', '-', ' ', '.', '/'),
        fc.boolean(),
        (name, sign, wide) => {
          const written = name.replace('_', sign);
          const shown = wide
            ? written.replace(/[A-Z]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0))
            : written.toLowerCase();
          expect(secretOf(shown)).toBe(secretOf(name));
        },
      ),
    );
  });
});
