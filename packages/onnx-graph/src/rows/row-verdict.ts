import type { RowFault } from './row-value.ts';

/** Whether the rows of a request do not see each other, so that those of several may be joined in one run. */
export type RowVerdict = { readonly proven: true } | { readonly proven: false; readonly fault: RowFault };
