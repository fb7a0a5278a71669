import type { MetaDataAction } from './actions.ts';

const UNITS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** Delta's default `delta.deletedFileRetentionDuration`: 7 days. */
const DELETED_FILES = 7 * 86_400_000;

/** How long a file that was removed stays known and on disk, in milliseconds: what the table says, or Delta's 7 days. */
export function deletedFileRetention({ configuration }: MetaDataAction): number {
  return durationOf(configuration['delta.deletedFileRetentionDuration']) ?? DELETED_FILES;
}

/** The properties of a table that keeps removed files for so long. */
export function retentionProperties(deletedFileHours: number): Record<string, string> {
  return { 'delta.deletedFileRetentionDuration': `interval ${Math.ceil(deletedFileHours * 3600)} seconds` };
}

/** An interval as Delta writes it, for example `interval 1 week`; `undefined` for what is none. */
function durationOf(text: string | undefined): number | undefined {
  const parts = /^(?:interval )?(\d+) (second|minute|hour|day|week)s?$/i.exec(text ?? '');
  const unit = UNITS[parts?.[2]?.toLowerCase() ?? ''];
  return parts === null || unit === undefined ? undefined : Number(parts[1]) * unit;
}
