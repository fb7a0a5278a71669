import { MillraceError } from '@millrace/contracts';

/** The share of an endpoint's requests that a model version takes, in percent. */
export interface TrafficShare {
  readonly modelVersionId: string;
  readonly weight: number;
}

const BUCKETS = 100;
const HASH_RANGE = 2 ** 32;

/**
 * The version that serves `key`: the same key and traffic always give the same version. Keys spread evenly. The first version
 * keeps the keys it had when its weight grows, so a candidate stands first. `undefined` for a key outside the shares.
 */
export function pickVersion(traffic: readonly TrafficShare[], key: string): string | undefined {
  const point = (hashOf(key) / HASH_RANGE) * BUCKETS;
  let reached = 0;
  for (const share of traffic) {
    reached += share.weight;
    if (point < reached) return share.modelVersionId;
  }
  return undefined;
}

/**
 * Refuses a traffic split that would double requests or serve none. Weights that add up to less than 100 are those of an
 * endpoint whose first release is a canary: nobody serves the rest yet.
 *
 * @throws MillraceError BAD_INPUT when a weight is no integer of 0 to 100, a version is named twice, or the sum is 0 or above 100.
 */
export function requireTraffic(traffic: readonly TrafficShare[]): void {
  for (const { modelVersionId, weight } of traffic) {
    if (!Number.isInteger(weight) || weight < 0 || weight > BUCKETS)
      throw invalid(`the weight of ${modelVersionId} is ${weight}, not an integer of 0 to 100`, traffic);
  }
  if (new Set(traffic.map((share) => share.modelVersionId)).size !== traffic.length) throw invalid('a version is named twice', traffic);
  const sum = servedShare(traffic);
  if (sum === 0 || sum > BUCKETS) throw invalid(`the weights add up to ${sum}, not to 1 to 100`, traffic);
}

/** The share of the requests that some version serves, in percent: 100, or less while the first release is a canary. */
export function servedShare(traffic: readonly TrafficShare[]): number {
  return traffic.reduce((total, share) => total + share.weight, 0);
}

function invalid(what: string, traffic: readonly TrafficShare[]): MillraceError {
  return new MillraceError('BAD_INPUT', `The traffic split is not valid: ${what}`, { fields: { traffic } });
}

/** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, because FNV alone spreads similar keys unevenly. */
function hashOf(key: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01_00_01_93);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
