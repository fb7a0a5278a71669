/** What a token may be allowed to do. `admin` allows everything. */
export const SCOPES = ['read', 'product:write', 'data:write', 'science:write', 'ops:write', 'node', 'predict', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** Whether scopes that a token has allow what needs one of some others. */
export function allows(held: readonly Scope[], needed: readonly Scope[]): boolean {
  return held.includes('admin') || needed.some((scope) => held.includes(scope));
}

/** Whether a token may predict, which nodes are told. Nothing else implies it: whoever may only look, or carry a release, sends no requests. */
export function mayPredict(held: readonly string[]): boolean {
  return held.includes('predict') || held.includes('admin');
}
