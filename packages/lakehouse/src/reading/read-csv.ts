import type { DuckDBValue } from '@duckdb/node-api';
import type { ColumnEvidence, TextFormat } from './column-evidence.ts';
import { CsvBytes } from './csv-bytes.ts';
import { Unplain } from './unplain.ts';
import { Examination, type FoundFile } from './csv-examination.ts';
import { hasHeader, isOnlyHeader, namesIn, placeName } from './csv-header.ts';
import { CsvRecords, type Dialect, type Fields } from './csv-records.ts';
import { chooseDialect, dialectsOf, fieldsOf, isBlank, isTable, Structure, type Candidate } from './csv-structure.ts';
import { DeclaredColumns } from './declared-columns.ts';
import { LineFault } from './line-fault.ts';
import { plainLoad, type PlainColumn } from './plain-csv.ts';
import { assertDeclared, formatOf, inFile, type RowSink, type TextPlan, type TextSource } from './reading-source.ts';
import { openText, openUtf8 } from './text-chunks.ts';
import { convertTo, Misfit, type Convert } from './value-fit.ts';

/** A file with the names of its columns. */
interface NamedFile extends FoundFile {
  readonly header: boolean;
  readonly names: readonly string[];
  /** How many values each column has. */
  readonly values: readonly number[];
}

/**
 * Finds out how files with separated values are read, over all that is in them: the delimiter, whether there is a header, and for every column
 * the type that holds all its values. Rows with another number of fields than the header fail, or go to quarantine.
 */
export async function planCsv(source: TextSource): Promise<TextPlan> {
  const { reading } = source;
  const format = formatOf(reading);
  const declared = new DeclaredColumns(reading.columns ?? [], reading.onBadValue ?? 'WIDEN', format);
  const files: NamedFile[] = [];
  let dialect: Dialect | undefined;
  for (const path of source.files) {
    const found = await inFile(source, path, async () => nameColumns(await findFile(source, path, dialect, format, declared), source, files[0]));
    if (found === undefined) continue;
    dialect ??= found.dialect;
    files.push({ ...found, names: spelledAlike(found.names, files) });
  }
  const columns = mergeColumns(files, declared);
  assertDeclared(
    source,
    columns.map(({ name }) => name),
  );
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    widened: declared.widened,
    form: formOf(files),
    deliver: async (sink) => {
      for (const file of files) {
        const plain = declared.hasMisfit ? undefined : plainLoad(file, columns, source.reading);
        if (plain !== undefined && (await sink.load(plain))) continue;
        await inFile(source, file.path, () => deliverFile(source, file, columns, format, sink));
      }
    },
  };
}

/** The names as earlier files spell them: what differs in case alone is one column, as it is in a table. */
function spelledAlike(names: readonly string[], before: readonly NamedFile[]): string[] {
  const known = new Map(before.flatMap((file) => file.names.map((name) => [name.toLowerCase(), name] as const)).toReversed());
  return names.map((name) => known.get(name.toLowerCase()) ?? name);
}

/** `undefined` where the file has not one record. */
async function findFile(
  source: TextSource,
  path: string,
  known: Dialect | undefined,
  format: TextFormat,
  declared: DeclaredColumns,
): Promise<FoundFile | undefined> {
  const dialects = dialectsOf({ ...source.reading, ...(known === undefined ? {} : { delimiter: known.delimiter }) });
  const likely = dialects.length === 1 ? dialects[0] : (await sampleDialect(source, path, dialects)).dialect;
  if (likely === undefined) return undefined;
  const found = await examine(source, path, likely, format, declared);
  const isEven = !(found instanceof LineFault) && found.widths.isEven;
  if (dialects.length > 1 && !(isEven && found.widths.usual > 1)) {
    const chosen = chooseDialect(await structureOf(source, path, dialects)).dialect;
    if (chosen !== likely) return settled(await examine(source, path, chosen, format, declared));
  }
  return settled(found);
}

function settled(found: FoundFile | LineFault): FoundFile | undefined {
  if (found instanceof LineFault) throw found;
  return found.first.length === 0 ? undefined : found;
}

/** The dialect that fits the beginning; where two do, the whole text is split by both. What it says is checked on every record afterwards. */
async function sampleDialect(source: TextSource, path: string, dialects: readonly Dialect[]): Promise<Candidate> {
  const text = await openText(path, source.reading.encoding);
  const structure = new Structure(dialects, source.reading.skipLines ?? 0);
  const { value, done } = await text.chunks.next();
  if (done !== true) structure.push(value);
  const next = await text.chunks.next();
  await text.chunks.return(undefined);
  if (next.done === true) return chooseDialect(structure.end());
  const sample = structure.candidates();
  const tables = sample.filter(isTable);
  if (new Set(tables.map(({ dialect }) => dialect.delimiter)).size > 1)
    return chooseDialect(
      await structureOf(
        source,
        path,
        tables.map(({ dialect }) => dialect),
      ),
    );
  return tables[0] ?? chooseDialect(await structureOf(source, path, dialects));
}

async function structureOf(source: TextSource, path: string, dialects: readonly Dialect[]): Promise<Candidate[]> {
  const { chunks } = await openText(path, source.reading.encoding);
  const structure = new Structure(dialects, source.reading.skipLines ?? 0);
  for await (const text of chunks) structure.push(text);
  return structure.end();
}

/** Reads the whole file by one dialect. What is wrong with its structure is returned: another dialect may be right. */
async function examine(source: TextSource, path: string, dialect: Dialect, format: TextFormat, declared: DeclaredColumns): Promise<FoundFile | LineFault> {
  const plain = CsvBytes.knows(dialect) && !source.isReadSlowly ? await examineBytes(source, path, dialect, format, declared) : undefined;
  if (plain !== undefined) return plain;
  const { encoding, chunks } = await openText(path, source.reading.encoding);
  const examination = new Examination(source, path, format, declared);
  const records = new CsvRecords(dialect, source.reading.skipLines ?? 0, (fields, line) => examination.add(fields, line));
  for await (const text of chunks) {
    try {
      records.push(text);
    } catch (error) {
      if (!(error instanceof LineFault) || examination.isRefused) throw error;
      return error;
    }
  }
  try {
    records.end();
  } catch (error) {
    if (!(error instanceof LineFault) || examination.isRefused) throw error;
    return error;
  }
  return examination.result(dialect, encoding);
}

/** Reads the whole file in bytes; `undefined` where it is not plain, of which the text says more. */
async function examineBytes(
  source: TextSource,
  path: string,
  dialect: Dialect,
  format: TextFormat,
  declared: DeclaredColumns,
): Promise<FoundFile | LineFault | undefined> {
  const opened = await openUtf8(path, source.reading.encoding);
  if (opened === undefined) return undefined;
  const examination = new Examination(source, path, format, declared);
  const records = new CsvBytes(dialect, source.reading.skipLines ?? 0, (bytes, fields, line) => examination.addPlaces(bytes, fields, line, dialect.quote));
  try {
    for await (const bytes of opened.chunks) records.push(bytes);
    records.end();
  } catch (error) {
    if (error instanceof Unplain) return undefined;
    if (!(error instanceof LineFault) || examination.isRefused) throw error;
    return error;
  }
  return examination.result(dialect, 'utf-8', { records, compression: opened.compression });
}

/** Decides about the header, and names the columns. */
function nameColumns(found: FoundFile | undefined, { reading }: TextSource, before: NamedFile | undefined): NamedFile | undefined {
  if (found === undefined) return undefined;
  assertEven(found, reading.onBadValue === 'QUARANTINE', reading.names);
  const header = decideHeader(found, reading, before);
  if (header && found.firstAgain !== undefined)
    throw new LineFault(
      found.firstAgain,
      'the line is the header again, as where files were put together',
      'Remove the line, or make a source of the folder of the files as they were.',
    );
  const names = reading.names ?? (header ? namesIn(found.first) : found.first.map((_, index) => placeName(index)));
  if (!header) for (const [index, column] of found.columns.entries()) column.add(found.first[index] ?? null);
  if (header && reading.names === undefined && before?.header === true && !spelledAlike(names, [before]).some((name) => before.names.includes(name)))
    throw new LineFault(
      found.firstLine,
      `none of its columns (${names.slice(0, 5).join(', ')}) is one of ${before.path} (${before.names.slice(0, 5).join(', ')}), so its first line may be data`,
      'Give all files of a source a header, or declare header: "ABSENT" or names.',
    );
  return { ...found, header, names, values: found.columns.map(({ values }) => values) };
}

function decideHeader(found: FoundFile, { names, header, columns = [] }: TextSource['reading'], before: NamedFile | undefined): boolean {
  if (header !== undefined) return header === 'PRESENT';
  if (names !== undefined) return false;
  const own = namesIn(found.first);
  if (columns.length > 0 && columns.every(({ name }) => own.includes(name))) return true;
  // Two files that begin alike begin with their names.
  if (before?.header === true && spelledAlike(own, [before]).every((name) => before.names.includes(name))) return true;
  if (found.widths.records === 1) return isOnlyHeader(found.first);
  return hasHeader({ first: found.first, line: found.firstLine, columns: found.columns, repeated: found.repeated });
}

function assertEven({ widths, first, firstLine }: FoundFile, quarantines: boolean, names: readonly string[] | undefined): void {
  const width = names?.length ?? first.length;
  if (names !== undefined && widths.records > 0 && widths.usual !== names.length)
    throw new LineFault(
      firstLine,
      `the reading definition names ${names.length} columns, and most rows have ${fieldsOf(widths.usual)}`,
      'Name every column of the file.',
    );
  if (widths.records > 0 && widths.usual !== width)
    throw new LineFault(
      firstLine,
      `the first line has ${fieldsOf(width)}, and most rows have ${widths.usual}`,
      'Give the names of all columns (names, with header: "PRESENT" to drop the line), or declare skipLines where the table begins later.',
    );
  const unlike = widths.firstUnlike(width);
  if (unlike !== undefined && !quarantines)
    throw new LineFault(
      unlike.line,
      `the row has ${fieldsOf(unlike.width)} where ${width === first.length ? 'the first line' : 'the definition'} has ${width}`,
      'Mend the row, declare onBadValue: "QUARANTINE" to set such rows aside, or another delimiter or quote.',
    );
}

/** The columns of all files, by name where there are headers, with the types that hold the values of all. */
function mergeColumns(files: readonly NamedFile[], declared: DeclaredColumns): PlainColumn[] {
  const merged = new Map<string, ColumnEvidence>();
  for (const { names, columns } of files) {
    for (const [index, name] of names.entries()) {
      const evidence = columns[index];
      if (evidence === undefined) continue;
      const known = merged.get(name);
      if (known === undefined) merged.set(name, evidence);
      else known.merge(evidence);
    }
  }
  return [...merged].map(([name, evidence]) => ({ name, type: declared.typeOf(name, evidence), evidence }));
}

function formOf(files: readonly NamedFile[]): Record<string, string> {
  const [first] = files;
  if (first === undefined) return {};
  const { dialect, encoding, header } = first;
  return { delimiter: dialect.delimiter, quote: dialect.quote, escape: dialect.escape, encoding, header: header ? 'PRESENT' : 'ABSENT' };
}

/** The second pass: every record as a row, or as one that is set aside. */
async function deliverFile(source: TextSource, file: NamedFile, columns: readonly PlainColumn[], format: TextFormat, sink: RowSink): Promise<void> {
  const places = columns.map(({ name }) => file.names.indexOf(name));
  const declared = new Set(source.reading.columns?.map(({ name }) => name));
  const converts: readonly Convert[] = columns.map(({ name, type }) => convertTo(type, format, !declared.has(name)));
  const width = file.names.length;
  let seen = 0;
  let blank = 0;
  const reject = (fields: Fields, line: number, reason: string): void => {
    // The first pass has seen to it that every row fits; this is for a file that changed since.
    if (source.reading.onBadValue !== 'QUARANTINE') throw new LineFault(line, reason, 'Run again when the file is complete.');
    const row = Object.fromEntries(fields.map((text, index) => [file.names[index] ?? placeName(index), text]));
    sink.reject({ file: file.path, line, reason, row: JSON.stringify(row) });
  };
  const take = (fields: Fields, line: number): void => {
    if (fields.length !== width) return reject(fields, line, `the row has ${fieldsOf(fields.length)} where ${width} are expected`);
    const values: DuckDBValue[] = [];
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? -1;
      const value = place < 0 ? null : (converts[index]?.(fields[place] ?? null) ?? null);
      if (value instanceof Misfit) return reject(fields, line, `column "${columns[index]?.name ?? ''}": ${value.reason}`);
      values.push(value);
    }
    sink.add(values);
  };
  const records = new CsvRecords(file.dialect, source.reading.skipLines ?? 0, (fields, line) => {
    if (isBlank(fields)) {
      // In one column an empty line is a row without a value, but for those at the end.
      if (width === 1 && seen > 0) blank += 1;
      return;
    }
    for (; blank > 0; blank -= 1) sink.add(columns.map(() => null));
    seen += 1;
    if (seen > 1 || !file.header) take(fields, line);
  });
  const { chunks } = await openText(file.path, source.reading.encoding);
  for await (const text of chunks) {
    records.push(text);
    sink.flush();
  }
  records.end();
  sink.flush();
}
