/** A value as an error message shows it: JSON, cut short. */
export function show(value: unknown): string {
  const text = typeof value === 'bigint' ? value.toString() : (stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A shape as an error message shows it. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

function stringify(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
}
