import { MillraceError, type Millrace } from '@millrace/sdk';
import type { Reporter } from './reporter.ts';

/** Says why a step failed: the error with its code and fields, and the log of its job where there is one. */
export async function explainFailure(millrace: Millrace, reporter: Reporter, error: unknown): Promise<void> {
  if (!(error instanceof MillraceError)) {
    reporter.message(`Stopped: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  reporter.message(`Stopped: ${error.code}: ${error.message}`);
  const { jobId, ...fields } = error.fields;
  if (Object.keys(fields).length > 0) reporter.message(JSON.stringify(fields));
  if (typeof jobId === 'string') await tellLog(millrace, reporter, jobId);
}

async function tellLog(millrace: Millrace, reporter: Reporter, jobId: string): Promise<void> {
  reporter.message(`Log of job ${jobId}:`);
  try {
    for await (const { at, level, message, fields } of millrace.jobs.log(jobId))
      reporter.message(`  ${at} ${level.padEnd(5)} ${message} ${JSON.stringify(fields)}`);
  } catch (error) {
    reporter.message(`  it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
