import type { Finding } from '@millrace/contracts';

/** What was asked for, of what, what was measured and needed, and whether that is met. */
export type Judged = Pick<Finding, 'requirement' | 'subject' | 'measured' | 'needed' | 'met'>;

export function finding(judged: Judged, severity: Finding['severity'], message: string): Finding {
  return { ...judged, severity, message };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
