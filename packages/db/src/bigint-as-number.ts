import type { ValueTransformer } from 'typeorm';

/** Counts and byte sizes stay below 2^53, so a bigint column is read as a number. */
export const bigintAsNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
