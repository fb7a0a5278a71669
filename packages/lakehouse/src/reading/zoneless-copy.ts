import { copyFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The logical type of a time in nanoseconds at UTC as it stands in the footer of a Parquet file (Thrift's compact protocol: member TIMESTAMP of
 * the union, `isAdjustedToUTC` true, unit NANOS, and the ends of the structures).
 */
const NANOSECONDS_AT_UTC = Buffer.from('8c111c3c00000000', 'hex');
/** `isAdjustedToUTC` false: in this protocol the value of a truth value is part of the header of its field. */
const WITHOUT_ZONE = 0x12;

/**
 * Copies a Parquet file with its times in nanoseconds at UTC declared as times without a zone. DuckDB reads those with all their digits,
 * and the others only to the microsecond.
 */
export async function copyWithoutZones(file: string, copy: string): Promise<void> {
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
    for (let at = footer.indexOf(NANOSECONDS_AT_UTC); at >= 0; at = footer.indexOf(NANOSECONDS_AT_UTC, at + 1)) footer[at + 1] = WITHOUT_ZONE;
    await handle.write(footer, 0, footer.length, start);
  } finally {
    await handle.close();
  }
}
