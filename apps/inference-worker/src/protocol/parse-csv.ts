import { isUtf8 } from 'node:buffer';
import { ProtocolError } from './protocol-error.ts';

/** A record takes much more memory than the byte that it may be in the text. */
const MOST_RECORDS = 1_000_000;

/** The records of CSV text (RFC 4180), each with its fields. Throws a 400 that names the line of a quote that does not end, or of a stray one, and a 413 for too many. */
export function parseCsv(bytes: Buffer): readonly (readonly string[])[] {
  if (!isUtf8(bytes)) throw new ProtocolError(400, 'the body is not UTF-8');
  const text = bytes.toString().replace(/^\ufeff/, '');
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { value, end } = text[at] === '"' ? quoted(text, at, records.length) : bare(text, at);
    fields.push(value);
    at = end;
    if (text[at] === ',') {
      at++;
      if (at < text.length) continue;
      fields.push('');
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    records.push(fields);
    if (records.length > MOST_RECORDS) throw new ProtocolError(413, `the CSV has more than ${MOST_RECORDS} records; send fewer rows per request`);
    fields = [];
  }
  return records;
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function bare(text: string, start: number): Field {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(start, end), end };
}

function quoted(text: string, start: number, record: number): Field {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new ProtocolError(400, `record ${record} of the CSV: a quoted field does not end`);
    value += text.slice(from, quote);
    const next = text[quote + 1];
    if (next !== '"') {
      if (next !== undefined && next !== ',' && next !== '\r' && next !== '\n')
        throw new ProtocolError(
          400,
          `record ${record} of the CSV: expected a comma or the end of the line behind a quoted field, given ${JSON.stringify(next)}`,
        );
      return { value, end: quote + 1 };
    }
    value += '"';
    from = quote + 2;
  }
}
