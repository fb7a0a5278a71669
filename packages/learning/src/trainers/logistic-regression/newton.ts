import { searchLine, type Objective } from './search-line.ts';
import type { SymmetricMatrix } from './symmetric-matrix.ts';

/** Of the diagonal, what is added to it: enough where columns say the same, and one after the other where that is not enough. */
const DAMPINGS = [1e-10, 1e-8, 1e-6, 1e-4, 1e-2];
/** Where labels are separated there is no minimum: weights grow for ever, and the gradient vanishes. */
const VANISHED = 1e-13;

/** A function to minimise, and its second derivatives at a point. */
export interface CurvedObjective {
  readonly value: Objective;
  readonly curvature: (point: Float64Array) => SymmetricMatrix;
}

/**
 * Newton's method with backtracking (Nocedal and Wright, section 3.3), for a convex function. Stops when a whole step is no longer than `tolerance` in
 * any direction, when the gradient has vanished, when no step goes down, or after `iterations`. `onStep` sees each iteration; it may throw to stop.
 */
export function newton(
  { value: valueAt, curvature }: CurvedObjective,
  start: Float64Array,
  limits: { iterations: number; tolerance: number },
  onStep: (iteration: number, value: number, point: Float64Array) => void,
): { point: Float64Array; iterations: number } {
  let point = start;
  let gradient = new Float64Array(start.length);
  let value = valueAt(point, gradient);
  let iteration = 0;
  while (iteration < limits.iterations && largest(gradient) > VANISHED) {
    const step = stepOf(curvature(point), gradient);
    const found = step === undefined ? undefined : searchLine(valueAt, point, value, gradient, step, 1);
    if (step === undefined || found === undefined) break;
    iteration++;
    ({ point, gradient, value } = found);
    onStep(iteration, value, point);
    if (largest(step) <= limits.tolerance) break;
  }
  return { point, iterations: iteration };
}

function stepOf(matrix: SymmetricMatrix, gradient: Float64Array): Float64Array | undefined {
  const downhill = gradient.map((slope) => -slope);
  for (const damping of DAMPINGS) {
    const step = matrix.solve(downhill, damping);
    if (step !== undefined) return step;
  }
  return undefined;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
