/** The values that are there, ascending: NaN is missing. */
export function sortedValues(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .toSorted();
}
