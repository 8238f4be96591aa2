/** Names and numbers of LanguageCode as the two header forms need them. */
import { LanguageCode } from '../codes/language-code.ts';

const numbers = new Map<string, number>(Object.entries(LanguageCode));

/** The number of a name. A name that 4.6.0 does not know (a newer client's) is OTHER; Java's parser makes it null. */
export function languageNumber(name: string): number {
  return numbers.get(name) ?? LanguageCode.OTHER;
}
