import type { DuckDBValue } from '@duckdb/node-api';
import type { PlainForms } from './byte-column.ts';
import type { TextFormat } from './column-evidence.ts';
import { freeName, placeName } from './csv-header.ts';
import { DeclaredColumns } from './declared-columns.ts';
import { Unplain } from './unplain.ts';
import { JsonBytes, type OnMember } from './json-bytes.ts';
import { beginsWithObject, JsonLines } from './json-lines.ts';
import { JsonRecords } from './json-records.ts';
import { castableJson, JsonShape, scalarText } from './json-shape.ts';
import { JsonNumber, JsonObject, jsonText, parseJson, type JsonValue } from './json-values.ts';
import { LineFault } from './line-fault.ts';
import { plainJsonLoad, type PlainKey, type PlainObjects } from './plain-json.ts';
import { assertDeclared, formatOf, inFile, MOST_COLUMNS, type RowSink, type TextPlan, type TextSource } from './reading-source.ts';
import { nameOfType, type ReadType, type ScalarType } from './read-type.ts';
import { openText, openUtf8 } from './text-chunks.ts';
import { convertTo, Misfit } from './value-fit.ts';

/**
 * Finds out which columns the objects of a source have, over all of them: every key that occurs, with the type that holds all its values.
 * Numbers are kept as they are written, so that none passes through a double that it does not fit.
 */
export async function planNdjson(source: TextSource): Promise<TextPlan> {
  try {
    return await planObjects(source);
  } catch (error) {
    // Nothing of a text that is not plain may be kept: it may be no JSON at all.
    if (error instanceof Unplain) return planObjects({ ...source, isReadSlowly: true });
    throw error;
  }
}

async function planObjects(source: TextSource): Promise<TextPlan> {
  const { reading } = source;
  const read = formatOf(reading);
  // JSON has a null of its own: "NA" in quotes is a text.
  const format: TextFormat = { ...read, nullTexts: read.nullTexts ?? new Set() };
  const declared = new DeclaredColumns(reading.columns ?? [], reading.onBadValue ?? 'WIDEN', format);
  const whole = new JsonShape(format);
  const encodings = new Set<string>();
  const plain = new Map<string, PlainObjects>();
  for (const path of source.files) {
    await inFile(source, path, async () => {
      const onMember: OnMember = (key, value, line) => checkDeclared(declared, key, value, path, line);
      const objects =
        source.isReadSlowly === true ? undefined : await eachLine(source, path, new JsonBytes(whole, textForms(format), declared.types, onMember));
      if (objects !== undefined) plain.set(path, objects);
      encodings.add(objects === undefined ? await addEach(source, path, whole, declared, onMember) : 'utf-8');
    });
  }
  const columns = columnsOf(whole, declared);
  assertDeclared(
    source,
    columns.map(({ key }) => key),
  );
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    widened: declared.widened,
    form: { encoding: [...encodings].join(', ') },
    deliver: async (sink) => {
      for (const path of source.files) {
        const load = declared.hasMisfit ? undefined : plainJsonLoad(path, plain.get(path), columns, reading);
        if (load !== undefined && (await sink.load(load))) continue;
        await inFile(source, path, () => deliverFile(source, path, columns, format, sink));
      }
    },
  };
}

/** Reads a file in bytes; `undefined` where it is not UTF-8. */
async function eachLine(source: TextSource, path: string, objects: JsonBytes): Promise<PlainObjects | undefined> {
  const opened = await openUtf8(path, source.reading.encoding);
  if (opened === undefined) return undefined;
  for await (const bytes of opened.chunks) objects.push(bytes);
  objects.end();
  return { compression: opened.compression, objects: objects.objects, counts: objects.counts };
}

/** Reads a file as text and returns its encoding. */
function addEach(source: TextSource, path: string, whole: JsonShape, declared: DeclaredColumns, onMember: OnMember): Promise<string> {
  return eachObject(source, path, (object, line) => {
    for (const [key, value] of object.entries) {
      whole.member(key).add(value);
      if (declared.has(key)) onMember(key, value, line);
    }
    if (whole.members.size > MOST_COLUMNS)
      throw new LineFault(line, `the objects have more than ${MOST_COLUMNS} different keys`, 'Keys that are values belong into a list of objects.');
  });
}

/** What is told of texts by their bytes: times as they are written by default. Numbers in quotes are texts. */
function textForms({ declaresTime, nullTexts }: TextFormat): PlainForms {
  return { numbers: false, times: !declaresTime && nullTexts?.size === 0, decimal: '.', slots: 512 };
}

function columnsOf(whole: JsonShape, declared: DeclaredColumns): PlainKey[] {
  const taken = new Set<string>();
  return [...whole.members].map(([key, shape], index) => {
    const found = shape.type;
    const type = declared.has(key) ? declared.typeOf(key, { type: found as ScalarType }) : found;
    return { key, name: freeName(key === '' ? placeName(index) : key, taken), type, shape };
  });
}

function checkDeclared(declared: DeclaredColumns, key: string, value: JsonValue, path: string, line: number): void {
  if (isNested(value)) declared.note(key, nestedReason(value), path, line);
  else declared.check(key, value === null ? null : scalarText(value), path, line);
}

function isNested(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber);
}

function nestedReason(value: JsonValue): string {
  return value instanceof JsonObject ? 'an object is no scalar' : 'an array is no scalar';
}

/** Calls back for every object of a file and returns the encoding. What is no object is told, or set aside where rows may be. */
async function eachObject(
  source: TextSource,
  path: string,
  onObject: (object: JsonObject, line: number) => void,
  onBad?: (text: string, fault: LineFault) => void,
): Promise<string> {
  const quarantines = source.reading.onBadValue === 'QUARANTINE';
  const { encoding, chunks } = await openText(path, source.reading.encoding);
  const onText = (text: string, line: number): void => {
    let object: JsonValue;
    try {
      object = parseJson(text, line);
    } catch (error) {
      if (!(error instanceof LineFault) || !quarantines) throw error;
      onBad?.(text, error);
      return;
    }
    if (object instanceof JsonObject) onObject(object, line);
    else onBad?.(text, new LineFault(line, 'the line is no object'));
  };
  let records: JsonRecords | JsonLines | undefined;
  for await (const text of chunks) {
    records ??= quarantines && beginsWithObject(text) ? new JsonLines(onText) : new JsonRecords(onText);
    records.push(text);
  }
  records?.end();
  return encoding;
}

async function deliverFile(source: TextSource, path: string, columns: readonly PlainKey[], format: TextFormat, sink: RowSink): Promise<void> {
  const converts = columns.map(({ type }) => converterOf(type, format));
  const reject = (line: number, reason: string, row: string): void => {
    if (source.reading.onBadValue !== 'QUARANTINE') throw new LineFault(line, reason, 'Run again when the file is complete.');
    sink.reject({ file: path, line, reason, row });
  };
  const onObject = (object: JsonObject, line: number): void => {
    const values: DuckDBValue[] = [];
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index];
      if (column === undefined) continue;
      const value = converts[index]?.(object.entries.get(column.key) ?? null) ?? null;
      if (value instanceof Misfit) return reject(line, `column "${column.name}": ${value.reason}`, jsonText(object));
      values.push(value);
    }
    sink.add(values);
    sink.flush();
  };
  await eachObject(source, path, onObject, (text, { line, message }) => reject(line, message, JSON.stringify({ text })));
}

function converterOf(type: ReadType, format: TextFormat): (value: JsonValue) => DuckDBValue | Misfit {
  if (type === 'json') return (value) => (value === null ? null : jsonText(value));
  if (typeof type !== 'string') {
    const scalar = canonical(format);
    return (value) => (value === null ? null : castableJson(value, type, scalar));
  }
  const convert = convertTo(type, format);
  // Numbers of JSON have a point whatever the texts have.
  const convertNumber = convertTo(type, { ...format, number: { decimal: '.' } });
  return (value) => {
    if (value === null) return null;
    if (isNested(value)) return new Misfit(jsonText(value), nameOfType(type), nestedReason(value));
    return value instanceof JsonNumber ? convertNumber(value.text) : convert(scalarText(value));
  };
}

/** Scalars within nested values, as texts that DuckDB casts: times as ISO 8601 at UTC. */
function canonical(format: TextFormat): (text: string, type: string) => string {
  return (text, type) => {
    if (type === 'date') return isoOf(BigInt(format.time.date(text) ?? 0) * 86_400_000_000n).slice(0, 10);
    if (type !== 'timestamp' && type !== 'timestamp_tz') return text;
    const days = format.time.date(text);
    const micros = format.time.timestamp(text)?.micros ?? BigInt(days ?? 0) * 86_400_000_000n;
    return isoOf(micros) + (type === 'timestamp_tz' ? '+00' : '');
  };
}

function isoOf(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(fraction).padStart(6, '0')}`;
}
