/** Where one of the two series needs few terms. */
const SMALL = 1.18;

/**
 * P(K ≥ x) of Kolmogorov's limit distribution of √n·D: 2 Σ (−1)^(k−1) exp(−2k²x²), and for small x the theta function that it
 * equals, 1 − √(2π)/x Σ exp(−(2k−1)²π²/(8x²)) (Marsaglia, Tsang and Wang 2003).
 */
export function kolmogorovTail(x: number): number {
  if (!(x > 0)) return 1;
  if (x < SMALL) {
    const factor = -(Math.PI ** 2) / (8 * x * x);
    let sum = 0;
    for (let k = 1; k <= 19; k += 2) sum += Math.exp(factor * k * k);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 10; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.max(0, Math.min(1, 2 * sum));
}

/**
 * P(D ≥ distance) of two samples of one distribution, counted exactly over all orders of the two samples: lattice paths that leave the
 * band |i/n − j/m| < distance (Hodges 1958; the recurrence that SciPy uses, of the share that leaves, so that small values keep
 * their digits). Time grows with `n` times the width of the band. Ties make it conservative.
 */
export function exactTwoSampleTail(distance: number, n: number, m: number): number {
  const divisor = greatestCommonDivisor(n, m);
  const steps = Math.round(distance * (n / divisor) * m);
  if (steps === 0) return 1;
  return n === m ? outsideOfSquare(n, steps) : outsideOfBand(Math.max(n, m), Math.min(n, m), divisor, steps);
}

/** Samples of one size: a closed sum. */
function outsideOfSquare(n: number, steps: number): number {
  let probability = 0;
  for (let k = Math.floor(n / steps); k >= 0; k--) {
    let product = 1;
    for (let j = 0; j < steps; j++) product = ((n - k * steps - j) * product) / (n + k * steps + j + 1);
    probability = product * (1 - probability);
  }
  return Math.min(1, 2 * probability);
}

/** Column by column, the share of paths to each point of the band that left it before; `more` ≥ `fewer`. */
function outsideOfBand(more: number, fewer: number, divisor: number, steps: number): number {
  const [wide, narrow] = [more / divisor, fewer / divisor];
  let from = 0;
  let to = Math.min(Math.ceil(steps / wide), fewer + 1);
  let length = to - from;
  const shares = new Float64Array(Math.min(2 * to + 2, fewer + 1)).fill(1);
  // Along the first column no path has left.
  shares.fill(0, 0, length);
  for (let i = 1; i <= more; i++) {
    const [lastFrom, lastLength] = [from, length];
    from = Math.min(Math.max(Math.floor((narrow * i - steps) / wide) + 1, 0), fewer);
    to = Math.min(Math.ceil((narrow * i + steps) / wide), fewer + 1);
    if (to <= from) return 1;
    let share = from === 0 ? 0 : 1;
    for (let j = from; j < to; j++) {
      share = ((shares[j - lastFrom] ?? 1) * i + share * j) / (i + j);
      shares[j - from] = share;
    }
    length = to - from;
    if (lastLength > length) shares.fill(1, length, lastLength);
  }
  return Math.min(1, shares[length - 1] ?? 1);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
