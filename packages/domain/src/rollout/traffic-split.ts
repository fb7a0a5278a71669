import { MillraceError } from '@millrace/contracts';

/** The share of an endpoint's requests that a model version takes, in percent. */
export interface TrafficShare {
  readonly modelVersionId: string;
  readonly weight: number;
}

const BUCKETS = 100;
const HASH_RANGE = 2 ** 32;

/**
 * The version that serves `key`: the same key and traffic always give the same version, and a version whose weight grows
 * keeps the keys it had when there are two versions. Keys spread evenly. `undefined` when no version has weight.
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
 * Refuses a traffic split that would lose or double requests.
 *
 * @throws MillraceError BAD_INPUT when a weight is no integer of 0 to 100, a version is named twice, or the sum is not 100.
 */
export function requireTraffic(traffic: readonly TrafficShare[]): void {
  for (const { modelVersionId, weight } of traffic) {
    if (!Number.isInteger(weight) || weight < 0 || weight > BUCKETS)
      throw invalid(`the weight of ${modelVersionId} is ${weight}, not an integer of 0 to 100`, traffic);
  }
  if (new Set(traffic.map((share) => share.modelVersionId)).size !== traffic.length) throw invalid('a version is named twice', traffic);
  const sum = traffic.reduce((total, share) => total + share.weight, 0);
  if (sum !== BUCKETS) throw invalid(`the weights add up to ${sum}, not 100`, traffic);
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
