import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLUMNS } from './bench-models.ts';
import { seededRandom } from '@millrace/domain';

/** A request as a file, and the headers that belong to it. */
export interface Body {
  readonly file: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Rows of 32 columns as float32, row by row. */
export function rowsOf(count: number): Float32Array {
  const random = seededRandom(3);
  return Float32Array.from({ length: count * COLUMNS }, () => random() * 2 - 1);
}

export function jsonText(rows: number): string {
  const data = Array.from(rowsOf(rows), (value) => Number(value.toPrecision(7)));
  return JSON.stringify({ inputs: [{ name: 'x', shape: [rows, COLUMNS], datatype: 'FP32', data }] });
}

export async function jsonBody(folder: string, rows: number): Promise<Body> {
  return written(folder, `${rows}.json`, Buffer.from(jsonText(rows)), { 'content-type': 'application/json' });
}

/** By the binary tensor extension, both ways. */
export async function binaryBody(folder: string, rows: number): Promise<Body> {
  const data = Buffer.from(rowsOf(rows).buffer);
  const input = { name: 'x', shape: [rows, COLUMNS], datatype: 'FP32', parameters: { binary_data_size: data.length } };
  const header = Buffer.from(JSON.stringify({ inputs: [input], parameters: { binary_data_output: true } }));
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(header.length) };
  return written(folder, `${rows}.binary`, Buffer.concat([header, data]), headers);
}

/** One `ModelInfer` message of gRPC with raw contents. */
export async function grpcBody(folder: string, model: string, rows: number): Promise<Body> {
  const input = Buffer.concat([field(1, 'x'), field(2, 'FP32'), field(3, Buffer.from([...varint(rows), ...varint(COLUMNS)]))]);
  const message = Buffer.concat([field(1, model), field(5, input), field(7, Buffer.from(rowsOf(rows).buffer))]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return written(folder, `${model}-${rows}.grpc`, Buffer.concat([prefix, message]), { 'content-type': 'application/grpc', te: 'trailers' });
}

async function written(folder: string, name: string, content: Buffer, headers: Body['headers']): Promise<Body> {
  const file = join(folder, name);
  await writeFile(file, content);
  return { file, headers };
}

/** A length-delimited field of protobuf. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
