import { dot, searchLine, type Objective } from './search-line.ts';

const MEMORY = 10;
/** One short step may be chance: the curvature along it is only known from the last few. */
const SHORT_STEPS = 3;

interface Step {
  readonly move: Float64Array;
  readonly change: Float64Array;
  readonly scale: number;
}

/**
 * L-BFGS with backtracking (Nocedal and Wright, algorithms 7.4 and 3.1). Stops when the whole step to the minimum that the remembered steps
 * imply is no longer than `tolerance`, by `lengthOf`, three times in a row; when no step goes down; or after `iterations`. How far the value falls
 * is no measure: in a flat valley it falls by almost nothing on a long way. `onStep` sees each iteration; it may throw to stop.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  limits: { iterations: number; tolerance: number; lengthOf: (step: Float64Array) => number },
  onStep: (iteration: number, value: number, point: Float64Array) => void,
): { point: Float64Array; iterations: number } {
  let point = start;
  let gradient = new Float64Array(start.length);
  let value = objective(point, gradient);
  const memory: Step[] = [];
  let iteration = 0;
  let shortSteps = 0;
  while (iteration < limits.iterations) {
    const direction = descentDirection(gradient, memory);
    shortSteps = memory.length > 0 && limits.lengthOf(direction) <= limits.tolerance ? shortSteps + 1 : 0;
    if (shortSteps === SHORT_STEPS) break;
    const found = searchLine(objective, point, value, gradient, direction, memory.length === 0 ? 1 / Math.max(1, norm(gradient)) : 1);
    iteration++;
    if (found === undefined) break;
    remember(memory, difference(found.point, point), difference(found.gradient, gradient));
    ({ point, gradient, value } = found);
    onStep(iteration, value, point);
  }
  return { point, iterations: iteration };
}

/** −H·g, with H the inverse Hessian that the remembered steps imply (the two-loop recursion). */
function descentDirection(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const factors: number[] = [];
  for (const { move, change, scale } of memory.toReversed()) {
    const factor = scale * dot(move, direction);
    factors.push(factor);
    addScaled(direction, change, -factor);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const curvature = 1 / (last.scale * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * curvature;
  }
  for (const { move, change, scale } of memory) addScaled(direction, move, (factors.pop() ?? 0) - scale * dot(change, direction));
  return direction;
}

/** Steps without positive curvature would make the implied Hessian indefinite; they are not remembered. */
function remember(memory: Step[], move: Float64Array, change: Float64Array): void {
  const curvature = dot(move, change);
  if (curvature <= 1e-12 * dot(change, change)) return;
  memory.push({ move, change, scale: 1 / curvature });
  if (memory.length > MEMORY) memory.shift();
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

function addScaled(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (values[i] ?? 0);
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}
