/** GB 32100-2015 section 4.4: digits and capitals without I, O, S, V, Z; the place of a character is its value. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const codeForm = /^[0-9A-HJ-NPQRTUWXY]{18}$/;
const modulus = 31;

/** The check character of the first 17 characters of a code (GB 32100-2015, annex A: weights 3^(i-1) mod 31). */
export function creditCodeCheckCharacter(first17: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of first17) {
    sum += alphabet.indexOf(character) * weight;
    weight = (weight * 3) % modulus;
  }
  return alphabet.charAt((modulus - (sum % modulus)) % modulus);
}

/** Whether a text is a unified social credit code (统一社会信用代码) with its right check character. */
export function isCreditCode(text: string): boolean {
  if (!codeForm.test(text)) return false;
  return creditCodeCheckCharacter(text.slice(0, 17)) === text.charAt(17);
}
