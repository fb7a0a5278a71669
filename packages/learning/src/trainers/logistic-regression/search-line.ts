const SUFFICIENT_FALL = 1e-4;
const SMALLEST_STEP = 1e-10;

/** A function to minimise: returns its value at `point` and writes its gradient into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/**
 * Backtracking from `firstStep` times the direction until the value falls enough (Nocedal and Wright, algorithm 3.1). `undefined` when no step
 * goes down.
 */
export function searchLine(
  objective: Objective,
  point: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  firstStep: number,
): { point: Float64Array; gradient: Float64Array<ArrayBuffer>; value: number } | undefined {
  const slope = dot(gradient, direction);
  if (slope >= 0) return undefined;
  const nextGradient = new Float64Array(point.length);
  for (let step = firstStep; step > SMALLEST_STEP; step /= 2) {
    const next = point.map((x, i) => x + step * (direction[i] ?? 0));
    const nextValue = objective(next, nextGradient);
    if (nextValue <= value + SUFFICIENT_FALL * step * slope) return { point: next, gradient: nextGradient, value: nextValue };
  }
  return undefined;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
