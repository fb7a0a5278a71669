import { MillraceError, type Lease } from '@millrace/contracts';

export function staleAttempt({ jobId, attempt, holder }: Lease): MillraceError {
  return new MillraceError('STALE_ATTEMPT', `Attempt ${attempt} of job ${jobId} is no longer held by ${holder}: another attempt took over or the job ended.`, {
    fields: { jobId, attempt, holder },
  });
}
