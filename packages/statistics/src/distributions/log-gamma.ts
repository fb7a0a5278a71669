const HALF_LOG_TWO_PI = 0.918_938_533_204_672_7;
/** From here on the series below is exact to the last digits. */
const LARGE = 15;

/** ln Γ(x) for x > 0: Stirling's series (Abramowitz and Stegun 6.1.41), smaller arguments shifted up by Γ(x+1) = x·Γ(x). */
export function logGamma(x: number): number {
  let shift = 0;
  let argument = x;
  for (; argument < LARGE; argument++) shift += Math.log(argument);
  const square = 1 / (argument * argument);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / argument;
  return (argument - 0.5) * Math.log(argument) - argument + HALF_LOG_TWO_PI + series - shift;
}

/** ln of the number of ways to choose `chosen` of `among`; -∞ where there is none. */
export function logChoose(among: number, chosen: number): number {
  if (chosen < 0 || chosen > among) return Number.NEGATIVE_INFINITY;
  return logGamma(among + 1) - logGamma(chosen + 1) - logGamma(among - chosen + 1);
}
