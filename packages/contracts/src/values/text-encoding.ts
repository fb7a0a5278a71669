import type { MemberOf } from './closed-set.ts';

/**
 * Encodings that the text of a data source may have. UTF-8 and UTF-16 are found by themselves; the others cannot be told apart from
 * the bytes alone and are declared.
 *
 * @example
 * ```ts
 * import { TEXT_ENCODINGS, type TextEncoding } from '@millrace/contracts';
 *
 * const encoding: TextEncoding = 'windows-1252';
 * TEXT_ENCODINGS.includes(encoding); // true
 * ```
 */
export const TEXT_ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'latin1',
  'iso-8859-2',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'koi8-r',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gbk',
  'gb18030',
  'big5',
] as const;
export type TextEncoding = MemberOf<typeof TEXT_ENCODINGS>;
