import { bare, USUAL_NULLS, type ColumnEvidence } from './column-evidence.ts';
import { LineFault, shown } from './line-fault.ts';
import type { Fields } from './csv-records.ts';

/** What the first record of a file and the columns below it say about whether it is a header. */
export interface HeaderQuestion {
  readonly first: Fields;
  readonly line: number;
  /** What was found of the other records, column by column. */
  readonly columns: readonly ColumnEvidence[];
  /** How often the text of the first record comes again in its own column. */
  readonly repeated: readonly number[];
}

const NAME = /^[\p{L}_#%$][\p{L}\p{N}\p{M} _.\-/()[\]{}#%$&@'"+*:?!,°²³|<>=\\]*$/u;
const USUAL_NAMES =
  /^(?:id|name|names|key|code|date|time|datetime|timestamp|year|month|day|country|state|region|city|address|type|kind|class|label|text|value|values|category|title|description|comment|status|url|email|user|gender|sex|species|source|target|group|symbol|x|y|from|to|note|notes|first ?name|last ?name|language|abbreviation|variable|color|colour|image|word|words|tag|tags|genre|author|artist|product|brand|model|city_?name)$/i;

/**
 * Whether the first record holds names: yes, where a column is (nearly) of numbers, times or truth values and the first is none; no, where the first
 * fits all such columns and is seen to be data (a text that comes twice or again below, a number with a fraction or a sign).
 * Throws a `LineFault` where both may be.
 */
export function hasHeader(question: HeaderQuestion): boolean {
  const { first, columns, repeated } = question;
  const typed = columns
    .map((column, index) => ({ column, text: first[index] ?? null }))
    .filter(({ column }) => column.values > 0 && (column.type !== 'string' || column.isOfDigits));
  const told = typed.filter(({ text }) => text !== null && !USUAL_NULLS.has(text) && text.trim() !== '');
  const fitting = told.filter(({ column, text }) => column.fits(text ?? ''));
  const texts = first.map((text) => (text === null ? '' : bare(text)));
  const looksLikeData = isSeenAsData(texts, repeated);
  if (told.length > 0 && fitting.length === 0) return true;
  if (fitting.length > 0 && fitting.length === told.length && (looksLikeData || texts.every(isNumber))) return false;
  // A header over an index without a name, as data frames are written.
  if (told.length === 0 && typed.length > 0 && texts[0] === '' && !looksLikeData && texts.slice(1).every((text) => NAME.test(text))) return true;
  if (typed.length === 0) {
    if (looksLikeData) return false;
    if (texts.every((text) => NAME.test(text)) && texts.some((text) => USUAL_NAMES.test(text) || /^[A-Za-z]\w*_\w+$/.test(text))) return true;
  }
  // A name over categories is none of them.
  if (!looksLikeData && columns.some((column, index) => column.isOfFew && texts[index] !== '' && repeated[index] === 0)) return true;
  throw new LineFault(
    question.line,
    `it cannot be told whether the first line (${texts.slice(0, 5).map(shown).join(', ')}${texts.length > 5 ? ', …' : ''}) has the names of the columns or is data`,
    'Declare header: "PRESENT" or "ABSENT", or give the names.',
  );
}

/** What no list of names has. */
function isSeenAsData(texts: readonly string[], repeated: readonly number[]): boolean {
  const told = texts.filter((text) => text !== '');
  if (new Set(told).size < told.length) return true;
  if (repeated.some((count, index) => count > 0 && texts[index] !== '')) return true;
  return texts.some((text) => /^-\d/.test(text) || /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i.test(text));
}

function isNumber(text: string): boolean {
  return text === '' || /^[+-]?\d/.test(text);
}

/** Whether a lone record is the header of a table without rows. */
export function isOnlyHeader(first: Fields): boolean {
  return first.every((text) => text !== null && NAME.test(bare(text)) && !/^(?:true|false|nan)$/i.test(text));
}

/**
 * The names of the columns in a header: blanks around them are dropped, a column without a name is called by its place (`column_1`), and one
 * whose name is taken (also by another case) has a number behind it.
 */
export function namesIn(first: Fields): string[] {
  const taken = new Set<string>();
  return first.map((text, index) => freeName(text === null || bare(text) === '' ? placeName(index) : bare(text), taken));
}

/** The name, with a number behind it where it is taken; takes it. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${name}_${number}`;
  taken.add(free.toLowerCase());
  return free;
}

/** The name of a column that has none, by its place from 0. */
export function placeName(index: number): string {
  return `column_${index + 1}`;
}
