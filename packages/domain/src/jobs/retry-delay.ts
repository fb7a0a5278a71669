import type { JobDefinition } from '@millrace/contracts';

/**
 * Seconds to wait before the attempt after `attempt` (1 is the first): the definition's backoff, doubled each time.
 * `undefined` when the definition allows no further attempt.
 */
export function retryDelaySeconds(definition: Pick<JobDefinition, 'attempts' | 'backoffSeconds'>, attempt: number): number | undefined {
  return attempt >= definition.attempts ? undefined : definition.backoffSeconds * 2 ** (attempt - 1);
}
