import { FirstSchema1795500000000 } from './migrations/1795500000000-first-schema.ts';

/** Every migration, oldest first. */
export const MIGRATIONS = [FirstSchema1795500000000] as const;
