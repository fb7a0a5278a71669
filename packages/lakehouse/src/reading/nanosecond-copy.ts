import { copyFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bool, i32, numberOf, readStruct, writeStruct, type ThriftStruct, type ThriftValue } from './thrift-compact.ts';

const INT96 = 3;
const FIXED_BYTES = 7;
const INT96_BYTES = 12;
/** Places of members in the structures of the footer (`parquet.thrift`). */
const FILE = { schema: 2, rowGroups: 4 } as const;
const ELEMENT = { type: 1, typeLength: 2, convertedType: 6, logicalType: 10 } as const;
const CHUNK = { metaData: 3 } as const;
const COLUMN = { type: 1, statistics: 12 } as const;
const TIMESTAMP = 8;
const TIME_UNIT = 2;
const NANOSECONDS = 3;

/**
 * Copies a Parquet file so that DuckDB reads its times with all their digits: times in nanoseconds at UTC are declared as times without a zone,
 * and the old type INT96 as its 12 bytes. The values are where they were; only the footer that describes them is another.
 */
export async function copyWithNanoseconds(file: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(file, copy);
  const handle = await open(copy, 'r+');
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(8);
    await handle.read(tail, 0, tail.length, size - tail.length);
    const footer = Buffer.alloc(tail.readUInt32LE());
    const start = size - tail.length - footer.length;
    await handle.read(footer, 0, footer.length, start);
    const written = writeStruct(described(readStruct(footer)));
    tail.writeUInt32LE(written.length);
    await handle.truncate(start);
    await handle.write(Buffer.concat([written, tail]), 0, written.length + tail.length, start);
  } finally {
    await handle.close();
  }
}

function described(file: ThriftStruct): ThriftStruct {
  for (const element of structsIn(file.fields.get(FILE.schema))) describeElement(element);
  for (const group of structsIn(file.fields.get(FILE.rowGroups)))
    for (const chunk of structsIn(group.fields.get(1))) {
      const column = chunk.fields.get(CHUNK.metaData);
      if (column?.kind !== 'struct' || numberOf(column.fields.get(COLUMN.type)) !== INT96) continue;
      column.fields.set(COLUMN.type, i32(FIXED_BYTES));
      column.fields.delete(COLUMN.statistics);
    }
  return file;
}

function describeElement({ fields }: ThriftStruct): void {
  if (numberOf(fields.get(ELEMENT.type)) === INT96) {
    fields.set(ELEMENT.type, i32(FIXED_BYTES));
    fields.set(ELEMENT.typeLength, i32(INT96_BYTES));
    fields.delete(ELEMENT.convertedType);
    fields.delete(ELEMENT.logicalType);
    return;
  }
  const logical = memberOf(fields.get(ELEMENT.logicalType), TIMESTAMP);
  if (logical?.kind === 'struct' && memberOf(logical.fields.get(TIME_UNIT), NANOSECONDS) !== undefined) logical.fields.set(1, bool(false));
}

function memberOf(value: ThriftValue | undefined, id: number): ThriftValue | undefined {
  return value?.kind === 'struct' ? value.fields.get(id) : undefined;
}

function structsIn(value: ThriftValue | undefined): ThriftStruct[] {
  return value?.kind === 'list' ? value.items.filter((item) => item.kind === 'struct') : [];
}
