import type { WindowSummary } from '@millrace/contracts';

/** What one node saw of one model version in one window. */
export type VersionWindowSummary = WindowSummary & { readonly modelVersionId: string };
