/** A generated type whose JSON fields are given the shapes that the contracts promise for them. */
export type Refine<Base, Fields> = Omit<Base, keyof Fields> & Readonly<Fields>;
