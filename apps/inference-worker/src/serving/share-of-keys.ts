import { pickVersion } from '@millrace/domain';

/**
 * Whether a key is among `percent` of all keys. Each `purpose` has its own selection, independent of the traffic split, so that
 * what is chosen for one is not always chosen for the other.
 */
export function isInShare(percent: number, purpose: string, key: string): boolean {
  return percent >= 100 || (percent > 0 && pickVersion([{ modelVersionId: purpose, weight: percent }], `${purpose} ${key}`) !== undefined);
}
