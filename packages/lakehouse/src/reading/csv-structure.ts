import type { ReadingDefinition } from '@millrace/contracts';
import { LineFault, shown } from './line-fault.ts';
import { CsvRecords, type Dialect, type Fields } from './csv-records.ts';

/** How many fields the records of a text have. */
export class Widths {
  readonly #counts = new Map<number, { count: number; line: number }>();
  records = 0;

  /** Lines of nothing but blanks are no records. */
  add(fields: Fields, line: number): void {
    if (!isBlank(fields)) this.addWidth(fields.length, line);
  }

  /** Takes a record of so many fields. */
  addWidth(width: number, line: number): void {
    this.records += 1;
    const known = this.#counts.get(width);
    if (known === undefined) this.#counts.set(width, { count: 1, line });
    else known.count += 1;
  }

  get isEven(): boolean {
    return this.#counts.size <= 1;
  }

  /** The number of fields that most records have. */
  get usual(): number {
    let usual = 0;
    let most = 0;
    for (const [width, { count }] of this.#counts) if (count > most) [usual, most] = [width, count];
    return usual;
  }

  get share(): number {
    return this.records === 0 ? 0 : (this.#counts.get(this.usual)?.count ?? 0) / this.records;
  }

  /** The first record with another number of fields. */
  firstUnlike(width: number): { readonly line: number; readonly width: number } | undefined {
    let first: { line: number; width: number } | undefined;
    for (const [other, { line }] of this.#counts) if (other !== width && (first === undefined || line < first.line)) first = { line, width: other };
    return first;
  }
}

export function isBlank(fields: Fields): boolean {
  return fields.length === 1 && fields[0] !== '' && (fields[0] ?? '').trim() === '';
}

/** A dialect with what became of a text that was split by it. */
export interface Candidate {
  readonly dialect: Dialect;
  readonly widths: Widths;
  readonly fault: LineFault | undefined;
}

const DELIMITERS = [',', '\t', ';', '|'];
/** Delimiters that are read where they are declared, but found in prose, too. */
const SUSPECTS = [' ', '^', '~', '\x01', '\x1f'];

/** The dialects that a text may have, where not declared. */
export function dialectsOf(declared: Pick<ReadingDefinition, 'delimiter' | 'quote' | 'escape'>): Dialect[] {
  const quote = declared.quote ?? '"';
  const delimiters = declared.delimiter === undefined ? DELIMITERS : [declared.delimiter];
  const escapes = declared.escape === undefined ? (quote === '' ? [quote] : [quote, '\\']) : [declared.escape];
  return escapes.flatMap((escape) => delimiters.map((delimiter) => ({ delimiter, quote, escape })));
}

/** Splits a text by several dialects at once. */
export class Structure {
  readonly #splitting: { readonly dialect: Dialect; readonly widths: Widths; readonly records: CsvRecords; fault: LineFault | undefined }[];

  constructor(dialects: readonly Dialect[], skipLines: number) {
    this.#splitting = dialects.map((dialect) => {
      const widths = new Widths();
      return { dialect, widths, records: new CsvRecords(dialect, skipLines, (fields, line) => widths.add(fields, line)), fault: undefined };
    });
  }

  push(text: string): void {
    this.#each((records) => records.push(text));
  }

  end(): Candidate[] {
    this.#each((records) => records.end());
    return this.candidates();
  }

  candidates(): Candidate[] {
    return this.#splitting.map(({ dialect, widths, fault }) => ({ dialect, widths, fault }));
  }

  #each(work: (records: CsvRecords) => void): void {
    for (const one of this.#splitting) {
      if (one.fault !== undefined) continue;
      try {
        work(one.records);
      } catch (error) {
        if (!(error instanceof LineFault)) throw error;
        one.fault = error;
      }
    }
  }
}

/** Whether the whole text falls into records of the same number of fields, and more than one. */
export function isTable({ widths, fault }: Candidate): boolean {
  return fault === undefined && widths.isEven && widths.usual > 1;
}

/**
 * The dialect of a text that was split whole by each that it may have. Throws a `LineFault` where none or more than one makes a table of it,
 * and the text is not one column of values without delimiters.
 */
export function chooseDialect(candidates: readonly Candidate[]): Candidate {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const tables = candidates.filter(isTable);
  const [table] = tables;
  if (table !== undefined) {
    const rival = tables.find(({ dialect }) => dialect.delimiter !== table.dialect.delimiter);
    if (rival === undefined) return table;
    throw new LineFault(
      1,
      `both ${shown(table.dialect.delimiter)} and ${shown(rival.dialect.delimiter)} make a table of the text (${table.widths.usual} and ${rival.widths.usual} columns)`,
      'Declare the delimiter.',
    );
  }
  const single = candidates.filter(({ widths, fault }) => fault === undefined && widths.isEven);
  const delimiters = new Set(candidates.map(({ dialect }) => dialect.delimiter));
  if (new Set(single.map(({ dialect }) => dialect.delimiter)).size === delimiters.size && single[0] !== undefined) return single[0];
  return mostLikely(candidates) ?? raise(candidates);
}

/** A table but for a few records; the reader of the rows says what becomes of those. */
function mostLikely(candidates: readonly Candidate[]): Candidate | undefined {
  const likely = candidates.filter(({ widths, fault }) => fault === undefined && widths.usual > 1 && widths.share >= 0.5);
  const best = likely.toSorted((left, right) => right.widths.share - left.widths.share)[0];
  if (best === undefined) return undefined;
  const rival = likely.find(({ dialect, widths }) => dialect.delimiter !== best.dialect.delimiter && widths.share > best.widths.share - 0.1);
  return rival === undefined ? best : undefined;
}

function raise(candidates: readonly Candidate[]): never {
  const fault = candidates
    .filter(({ widths, fault: found }) => found !== undefined && widths.usual > 1)
    .toSorted((left, right) => right.widths.records - left.widths.records)[0]?.fault;
  if (fault !== undefined) throw fault;
  const unlike = candidates
    .map(({ dialect, widths }) => ({ dialect, widths, first: widths.firstUnlike(widths.usual) }))
    .find(({ first }) => first !== undefined);
  throw new LineFault(
    unlike?.first?.line ?? 1,
    unlike?.first === undefined
      ? 'no delimiter makes a table of the text'
      : `no delimiter makes a table of the text: by ${shown(unlike.dialect.delimiter)} this line has ${fieldsOf(unlike.first.width)} and most have ${unlike.widths.usual}`,
    'Declare the delimiter (for one column, any that does not occur), and skipLines where other text stands before the table.',
  );
}

/** Refuses one column of what looks like several, told apart by something that is no usual delimiter. */
export class SuspiciousColumn {
  readonly #counts = new Map(SUSPECTS.map((suspect) => [suspect, -1]));
  #records = 0;

  /** Whether nothing more can be suspected. */
  get isSettled(): boolean {
    return this.#counts.size === 0;
  }

  add(fields: Fields): void {
    const [text = null] = fields;
    if (text === null || fields.length !== 1) return;
    this.#records += 1;
    for (const [suspect, count] of this.#counts) {
      const found = text.trim().split(suspect).length;
      if (count < 0) this.#counts.set(suspect, found);
      else if (count !== found) this.#counts.delete(suspect);
    }
  }

  /** Throws a `LineFault` where every one of several records has the same number, above 2, of parts. */
  refuse(): void {
    if (this.#records < 2) return;
    const [suspect] = [...this.#counts].filter(([, count]) => count > 2);
    if (suspect === undefined) return;
    throw new LineFault(
      1,
      `every line has ${suspect[1]} parts told apart by ${shown(suspect[0])}, and there is no usual delimiter`,
      `Declare delimiter: ${shown(suspect[0])}, or any other that does not occur for one column.`,
    );
  }
}

export function fieldsOf(count: number): string {
  return count === 1 ? '1 field' : `${count} fields`;
}
