import type { TextEncoding } from '@millrace/contracts';
import { ByteColumn, type PlainForms } from './byte-column.ts';
import { ColumnEvidence, type TextFormat } from './column-evidence.ts';
import { namesIn, placeName } from './csv-header.ts';
import { textOf, type CsvBytes, type FieldPlaces } from './csv-bytes.ts';
import type { Dialect, Fields } from './csv-records.ts';
import { fieldsOf, isBlank, SuspiciousColumn, Widths } from './csv-structure.ts';
import type { DeclaredColumns } from './declared-columns.ts';
import type { PlainCompression } from './inflate.ts';
import { LineFault } from './line-fault.ts';
import { fitsPlainly, type FitsPlainly } from './plain-fit.ts';
import { MOST_COLUMNS, type TextSource } from './reading-source.ts';

/** What the first pass found in one file. */
export interface FoundFile {
  readonly path: string;
  readonly encoding: TextEncoding;
  readonly dialect: Dialect;
  readonly first: Fields;
  readonly firstLine: number;
  readonly columns: readonly ColumnEvidence[];
  readonly repeated: readonly number[];
  readonly widths: Widths;
  /** The line of a record that is the first one again, where it has several texts. */
  readonly firstAgain: number | undefined;
  /** Where it was read in bytes, and has nothing that DuckDB might read otherwise. */
  readonly plain: PlainFile | undefined;
}

/** A file that DuckDB splits into the same records. */
export interface PlainFile {
  readonly compression: PlainCompression;
  readonly quote: boolean;
  /** Whether every end of a line ends a record. */
  readonly parallel: boolean;
  /** By column, the first record left out: fields that had nothing, and bytes of all the others. */
  readonly columns: readonly { readonly nulls: number; readonly textBytes: number }[];
}

/** The bytes that a file was read from; `compression` where DuckDB reads it, too. */
interface ReadBytes {
  readonly records: CsvBytes;
  readonly compression: PlainCompression | undefined;
}

/** The byte order mark, which stands within a text where files were put together, and its first byte. */
const MARK = '\ufeff';
const MARK_BYTE = 0xef;

interface CheckedColumn {
  readonly index: number;
  readonly name: string;
  readonly fits: FitsPlainly;
}

/** The first pass over one file, which takes its records as texts or as places in bytes. */
export class Examination {
  /** Whether a declared type was violated, which no other dialect mends. */
  isRefused = false;
  readonly #source: TextSource;
  readonly #path: string;
  readonly #declared: DeclaredColumns;
  readonly #format: TextFormat;
  readonly #widths = new Widths();
  readonly #suspicion = new SuspiciousColumn();
  readonly #columns: ColumnEvidence[] = [];
  readonly #repeated: number[] = [];
  #byteColumns: readonly ByteColumn[] = [];
  #first: Fields | undefined;
  #firstLine = 1;
  #checked: readonly CheckedColumn[] = [];
  #hasBlank = false;
  #firstAgain: number | undefined;

  constructor(source: TextSource, path: string, format: TextFormat, declared: DeclaredColumns) {
    this.#source = source;
    this.#path = path;
    this.#format = format;
    this.#declared = declared;
  }

  add(fields: Fields, line: number): void {
    if (this.#first === undefined) {
      if (!isBlank(fields)) this.#begin(fields, line);
      return;
    }
    this.#widths.add(fields, line);
    if (fields.length !== this.#columns.length) return;
    if (fields.length === 1) this.#suspicion.add(fields);
    const first = this.#first;
    for (let index = 0; index < fields.length; index += 1) {
      const text = fields[index] ?? null;
      this.#columns[index]?.add(text);
      if (text !== null && text === first[index]) this.#repeated[index] = (this.#repeated[index] ?? 0) + 1;
    }
    if (fields[0] === first[0] || fields[0]?.startsWith(MARK) === true) this.#compareWithFirst(fields, line);
    for (const { index, name } of this.#checked) this.#check(name, fields[index] ?? null, line);
  }

  /** Takes a record as places of its fields; the quote is the one of the dialect. */
  addPlaces(bytes: Buffer, fields: FieldPlaces, line: number, quote: string): void {
    const { count, starts, ends, quoted } = fields;
    if (this.#first === undefined || (count === 1 && this.#mayBeBlank(bytes, fields))) {
      this.#addTexts(bytes, fields, line, quote);
      return;
    }
    this.#widths.addWidth(count, line);
    if (count !== this.#columns.length) return;
    for (let index = 0; index < count; index += 1) {
      const column = this.#byteColumns[index];
      if (column === undefined) continue;
      const start = starts[index] ?? 0;
      const end = ends[index] ?? 0;
      const isQuoted = quoted[index] ?? 0;
      if (start === end && isQuoted === 0) column.nulls += 1;
      else if (isQuoted > 1) column.addEscaped(bytes, start, end, isQuoted - 1, quote);
      else column.known = column.add(bytes, start, end);
    }
    const start = starts[0] ?? 0;
    if (this.#firstAgain === undefined && (bytes[start] === MARK_BYTE || this.#byteColumns[0]?.isFirst(bytes, start, ends[0] ?? 0) === true))
      this.#compareWithFirst(this.#textsOf(bytes, fields, quote), line);
    for (const { index, name, fits } of this.#checked) {
      const column = this.#byteColumns[index];
      const isPlain = (quoted[index] ?? 0) < 2 && column !== undefined && starts[index] !== ends[index];
      if (!(isPlain && (column.known === 'again' || fits(column.known, column.last)))) this.#check(name, textOf(bytes, fields, index, quote), line);
    }
  }

  result(dialect: Dialect, encoding: TextEncoding, bytes?: ReadBytes): FoundFile {
    if (this.#source.reading.delimiter === undefined && this.#first?.length === 1) this.#suspicion.refuse();
    for (const [index, column] of this.#byteColumns.entries()) {
      column.flush();
      if (column.isRepeated) this.#repeated[index] = (this.#repeated[index] ?? 0) + 1;
    }
    return {
      path: this.#path,
      encoding,
      dialect,
      first: this.#first ?? [],
      firstLine: this.#firstLine,
      columns: this.#columns,
      repeated: this.#repeated,
      widths: this.#widths,
      firstAgain: this.#firstAgain,
      plain: bytes?.compression === undefined ? undefined : this.#plainOf(bytes.records.form, bytes.compression),
    };
  }

  #plainOf(form: CsvBytes['form'], compression: PlainCompression): PlainFile | undefined {
    const skip = this.#source.reading.skipLines ?? 0;
    if (form === undefined || this.#hasBlank || !this.#widths.isEven || this.#firstLine !== skip + 1) return undefined;
    return { ...form, compression, columns: this.#byteColumns.map(({ nulls, textBytes }) => ({ nulls, textBytes })) };
  }

  /** Whether a lone field may be a blank line, or tells something of the delimiter. */
  #mayBeBlank(bytes: Buffer, { starts, ends }: FieldPlaces): boolean {
    const first = bytes[starts[0] ?? 0] ?? 0;
    return starts[0] === ends[0] || first <= 0x20 || first >= 0x80 || (this.#columns.length === 1 && !this.#suspicion.isSettled);
  }

  #textsOf(bytes: Buffer, fields: FieldPlaces, quote: string): Fields {
    return Array.from({ length: fields.count }, (_, index) => textOf(bytes, fields, index, quote));
  }

  /** Notes a record that has all the texts of the first one, as files that were put together have their header again. */
  #compareWithFirst(fields: Fields, line: number): void {
    const first = this.#first ?? [];
    const own = fields.map((text, index) => (index === 0 && text?.startsWith(MARK) === true ? text.slice(1) : text));
    if (own.filter((text) => text !== null).length > 1 && own.every((text, index) => text === first[index])) this.#firstAgain ??= line;
  }

  #addTexts(bytes: Buffer, fields: FieldPlaces, line: number, quote: string): void {
    const texts = this.#textsOf(bytes, fields, quote);
    // An empty line among several columns is no record for any reader.
    if (this.#first !== undefined && isBlank(texts) && (this.#columns.length === 1 || texts[0] !== null)) this.#hasBlank = true;
    const only = this.#columns.length === 1 ? this.#byteColumns[0] : undefined;
    only?.flush();
    if (only !== undefined && texts.length === 1) {
      if (texts[0] === null) only.nulls += 1;
      else only.textBytes += Buffer.byteLength(texts[0] ?? '');
    }
    this.add(texts, line);
  }

  #begin(fields: Fields, line: number): void {
    const { names, header, columns = [] } = this.#source.reading;
    if (fields.length > MOST_COLUMNS)
      throw new LineFault(
        line,
        `the first line has ${fieldsOf(fields.length)}, and no table has more than ${MOST_COLUMNS} columns`,
        'Declare the delimiter where it is another one.',
      );
    this.#first = fields;
    this.#firstLine = line;
    // A header whose names are replaced is dropped, however many it has.
    if (names === undefined || header !== 'PRESENT') this.#widths.add(fields, line);
    for (let index = 0; index < (names ?? fields).length; index += 1) {
      this.#columns.push(new ColumnEvidence(this.#format));
      this.#repeated.push(0);
    }
    const forms = plainForms(this.#format, this.#columns.length);
    this.#byteColumns = this.#columns.map((evidence, index) => new ByteColumn(evidence, fields[index] ?? null, forms));
    if (columns.length === 0) return;
    const types = new Map([...this.#declared.types].map(([name, type]) => [name.toLowerCase(), { name, type }]));
    const own = names ?? (header === 'ABSENT' ? fields.map((_, index) => placeName(index)) : namesIn(fields));
    this.#checked = own.flatMap((text, index) => {
      const { name, type } = types.get(text.toLowerCase()) ?? {};
      return name === undefined || type === undefined || type === 'string' ? [] : [{ index, name, fits: fitsPlainly(type) }];
    });
    if (header === 'ABSENT' || (names !== undefined && header !== 'PRESENT'))
      for (const { index, name } of this.#checked) this.#check(name, fields[index] ?? null, line);
  }

  #check(name: string, text: string | null, line: number): void {
    try {
      this.#declared.check(name, text, this.#path, line);
    } catch (error) {
      this.isRefused = true;
      throw error;
    }
  }
}

/** What is told by its bytes: nothing that a declared format or text for nothing may be. */
function plainForms({ number, declaresTime, hasNumericTime, nullTexts }: TextFormat, columns: number): PlainForms {
  const hasNumericNull = [...(nullTexts ?? [])].some((text) => /^-?\d/.test(text));
  return { numbers: !hasNumericTime && !hasNumericNull, times: !declaresTime && !hasNumericNull, decimal: number.decimal, slots: columns > 32 ? 128 : 4096 };
}
