import { z } from 'zod';
import { exactTextSchema } from './name.ts';
import { BAD_VALUE_POLICIES } from '../values/bad-value-policy.ts';
import { HEADER_PRESENCES } from '../values/header-presence.ts';
import type { SourceFormat } from '../values/source-format.ts';
import { TEXT_ENCODINGS } from '../values/text-encoding.ts';

const columnName = exactTextSchema(255);
const character = z
  .string()
  .length(1, 'must be one character')
  .refine((text) => !/[\r\n\0\p{Cs}]/u.test(text), 'must not be the end of a line');
const DECIMAL = /^decimal\((\d{1,2}),\s*(\d{1,2})\)$/;

/** A type that a column of text may be declared to have: a scalar Delta type, a decimal with precision (at most 38) and scale. */
const declaredType = z
  .string()
  .max(30)
  .refine((text) => {
    const decimal = DECIMAL.exec(text);
    if (decimal === null) return /^(boolean|byte|short|integer|long|float|double|string|date|timestamp)$/.test(text);
    return Number(decimal[1]) >= 1 && Number(decimal[1]) <= 38 && Number(decimal[2]) <= Number(decimal[1]);
  }, 'must be boolean, byte, short, integer, long, float, double, string, date, timestamp, or decimal(precision,scale) with a precision of 38 at most');

/** Directives as in `strptime`: a date needs a year, a month and a day. */
const format = exactTextSchema(60)
  .refine((text) => /^(?:[^%]|%[YymdbBHIpMSfz%])*$/.test(text), 'may use %Y %y %m %d %b %B %H %I %p %M %S %f %z %%')
  .refine((text) => /%[Yy]/.test(text) && /%[mbB]/.test(text) && text.includes('%d'), 'must have a year, a month and a day, such as %d/%m/%Y');

/**
 * A column with the type that its values are declared to have.
 *
 * @example
 * ```ts
 * import { readingColumnSchema } from '@millrace/contracts';
 *
 * readingColumnSchema.parse({ name: 'amount', type: 'decimal(12,2)' });
 * ```
 */
export const readingColumnSchema = z.strictObject({ name: columnName, type: declaredType });

/**
 * How the files of a data source are read. All files of a source are read by one definition. What is left out is found over the whole
 * of the files, never over a sample; what cannot be told is refused with the member to declare.
 *
 * - `delimiter`, `quote` (empty where nothing is quoted), `escape` (the quote itself, or what stands before a quote in a quoted field),
 *   `header`, `names` (of the columns in order, in place of those in the header), `skipLines`: of CSV only.
 * - `encoding`, `nullTexts`, `dateFormat` and `timestampFormat` (directives of `strptime`), `decimalSeparator`, `thousandsSeparator`.
 * - `columns`: declared types by name; the others are found.
 * - `onBadValue`: see {@link BAD_VALUE_POLICIES}; `WIDEN` where left out. Rows with too few or too many fields go to quarantine, too, or fail.
 *
 * @example
 * ```ts
 * import { readingDefinitionSchema, type ReadingDefinition } from '@millrace/contracts';
 *
 * const reading: ReadingDefinition = readingDefinitionSchema.parse({
 *   delimiter: ';',
 *   encoding: 'windows-1252',
 *   decimalSeparator: ',',
 *   dateFormat: '%d.%m.%Y',
 *   columns: [{ name: 'amount', type: 'decimal(12,2)' }, { name: 'postcode', type: 'string' }],
 *   onBadValue: 'QUARANTINE',
 * });
 * ```
 */
export const readingDefinitionSchema = z
  .strictObject({
    delimiter: character.optional(),
    quote: z.union([character, z.literal('')]).optional(),
    escape: character.optional(),
    header: z.enum(HEADER_PRESENCES).optional(),
    names: z.array(columnName).min(1).max(5000).optional(),
    skipLines: z.int().min(0).max(1000).optional(),
    encoding: z.enum(TEXT_ENCODINGS).optional(),
    nullTexts: z.array(z.string().max(100)).max(50).optional(),
    dateFormat: format.optional(),
    timestampFormat: format.optional(),
    decimalSeparator: z.enum(['.', ',']).optional(),
    thousandsSeparator: z.enum(['.', ',', ' ', "'", '_']).optional(),
    columns: z.array(readingColumnSchema).max(5000).optional(),
    onBadValue: z.enum(BAD_VALUE_POLICIES).optional(),
  })
  .refine(({ delimiter, quote }) => delimiter === undefined || delimiter !== quote, { path: ['quote'], message: 'must differ from the delimiter' })
  .refine(({ decimalSeparator = '.', thousandsSeparator }) => decimalSeparator !== thousandsSeparator, {
    path: ['thousandsSeparator'],
    message: 'must differ from the decimal separator',
  })
  .refine(({ names }) => distinct(names), { path: ['names'], message: 'must differ without regard to case' })
  .refine(({ columns }) => distinct(columns?.map(({ name }) => name)), { path: ['columns'], message: 'must differ without regard to case' });
export type ReadingDefinition = z.infer<typeof readingDefinitionSchema>;

const OF_CSV = ['delimiter', 'quote', 'escape', 'header', 'names', 'skipLines'] as const satisfies readonly (keyof ReadingDefinition)[];

/**
 * The members of a reading definition that have no meaning for a format; an empty list where it is fine. Parquet files say themselves
 * how they are read.
 *
 * @example
 * ```ts
 * import { foreignReadingMembers } from '@millrace/contracts';
 *
 * foreignReadingMembers('NDJSON', { delimiter: ';' }); // ['delimiter']
 * ```
 */
export function foreignReadingMembers(sourceFormat: SourceFormat, reading: ReadingDefinition): (keyof ReadingDefinition)[] {
  const given = (Object.keys(reading) as (keyof ReadingDefinition)[]).filter((key) => reading[key] !== undefined);
  if (sourceFormat === 'CSV') return [];
  return sourceFormat === 'PARQUET' ? given : given.filter((key) => (OF_CSV as readonly string[]).includes(key));
}

function distinct(names: readonly string[] = []): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}
