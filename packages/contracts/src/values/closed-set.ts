/** The type of the members of an `as const` set. */
export type MemberOf<T extends readonly string[]> = T[number];
