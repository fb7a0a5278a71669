/** A value as an error message shows it: JSON, cut short. */
export function show(value: unknown): string {
  const text = JSON.stringify(shortened(value)) ?? 'nothing';
  const plain = typeof value === 'bigint' ? value.toString() : text;
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

/** A shape as an error message shows it. */
export function showShape(shape: readonly number[]): string {
  return shape.length > LONGEST ? show(shape) : `[${shape.join(',')}]`;
}

const LONGEST = 60;

/** No more of a large value than a message holds. JSON has no bigint, so that it comes as text. */
function shortened(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return value.length > LONGEST ? value.slice(0, LONGEST + 1) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, LONGEST).map(shortened);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, LONGEST)
      .map(([name, member]) => [name.slice(0, LONGEST), shortened(member)]),
  );
}
