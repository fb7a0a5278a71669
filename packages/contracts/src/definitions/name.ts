import { z } from 'zod';

/**
 * What nobody sees, or what looks like a blank and is none: control and format characters (zero-width, bidirectional overrides),
 * everything that Unicode says to ignore when it is shown, fillers, and blanks other than the space.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/**
 * A name that people read and compare by eye: normalised (NFC) without blanks around it, 1 to `maximum` characters, none of them
 * invisible. Two names that look alike because one hides a character cannot both exist.
 *
 * @example
 * ```ts
 * import { nameSchema } from '@millrace/contracts';
 *
 * nameSchema().parse(' Cafe\u0301 '); // 'Café', with one character for é
 * nameSchema().safeParse('late\u200Bflights').success; // false: a zero-width space
 * ```
 */
export const nameSchema = (maximum = 200) =>
  z
    .string()
    // Longer texts are refused before work is done on them: normalising may make three characters of one.
    .max(maximum * 4)
    .transform((text) => text.normalize('NFC').replaceAll(/^ +| +$/g, ''))
    .pipe(
      z
        .string()
        .min(1)
        .max(maximum)
        .refine(
          (text) => !INVISIBLE.test(text),
          'must not contain invisible characters: control and zero-width characters, changes of direction, and blanks other than the space',
        ),
    );

/**
 * Text that is kept as it is: 1 to `maximum` characters, which every store can hold. For what is compared with data, such as names
 * of columns and values, where normalising would change what is meant.
 *
 * @example
 * ```ts
 * import { exactTextSchema } from '@millrace/contracts';
 *
 * exactTextSchema(255).parse('minute_of_day');
 * exactTextSchema(255).safeParse('a\0').success; // false
 * ```
 */
export const exactTextSchema = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .refine((text) => !/[\0\p{Cs}]/u.test(text), 'must not contain NUL characters or halves of surrogate pairs');
