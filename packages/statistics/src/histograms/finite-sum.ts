/**
 * A sum that JSON can hold. One value of 1e200 has a square that is no number any more, and a summary with an infinite sum could
 * not be sent: all predictions of its window would be lost for one of them. The greatest number stands for all beyond.
 */
export function finiteSum(sum: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum));
}
