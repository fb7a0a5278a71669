import { MillraceError } from '@millrace/contracts';

/** What one parameter may be. Both bounds are allowed values. */
export interface ParameterRange {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: true;
  readonly meaning: string;
}

/** The parameters of a trainer, by name. */
export type ParameterSpace<Name extends string = string> = Readonly<Record<Name, ParameterRange>>;
export type ParameterValues<Name extends string = string> = Readonly<Record<Name, number>>;

/** The defaults of `space` with `given` over them. Throws `BAD_INPUT` that names the parameter, its value and its range. */
export function resolveParameters<Name extends string>(
  trainer: string,
  space: ParameterSpace<Name>,
  given: Readonly<Record<string, unknown>> = {},
): ParameterValues<Name> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(space, name)) {
      throw new MillraceError('BAD_INPUT', `Trainer ${trainer} has no parameter "${name}". It has: ${Object.keys(space).join(', ') || 'none'}.`, {
        fields: { trainer, parameter: name },
      });
    }
  }
  const values: Record<string, number> = {};
  for (const [name, range] of Object.entries<ParameterRange>(space)) values[name] = resolveParameter(trainer, name, range, given[name]);
  return values as Record<Name, number>;
}

function resolveParameter(trainer: string, name: string, range: ParameterRange, given: unknown): number {
  if (given === undefined) return range.default;
  const fits = typeof given === 'number' && given >= range.minimum && given <= range.maximum && (range.whole !== true || Number.isInteger(given));
  if (fits) return given;
  throw new MillraceError(
    'BAD_INPUT',
    `Parameter "${name}" of trainer ${trainer} must be a ${range.whole === true ? 'whole ' : ''}number from ${range.minimum} to ${range.maximum}; got ${JSON.stringify(given)}.`,
    { fields: { trainer, parameter: name, minimum: range.minimum, maximum: range.maximum, value: given } },
  );
}
