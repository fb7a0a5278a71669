import type { TensorSpec } from '@millrace/contracts';
import type { NamedTensors } from '../tensor/tensor.ts';

/**
 * The outputs as the runtime gives them: exporters declare shapes that models do not keep, such as [1] for one label per row. A dimension
 * that all runs gave as declared stays so; one that they gave otherwise is what they gave, or open where they differ, or where it is the
 * first and rows may be any number. `runs` are what was seen, of one row and of more.
 */
export function correctOutputs(declared: readonly TensorSpec[], runs: readonly NamedTensors[]): readonly TensorSpec[] {
  return declared.map((spec) => {
    const shapes = runs.flatMap((outputs) => (outputs[spec.name] === undefined ? [] : [outputs[spec.name]?.shape ?? []]));
    const [first] = shapes;
    if (first === undefined || shapes.some(({ length }) => length !== first.length)) return spec;
    const shape = first.map((_, axis) => corrected(spec.shape.length === first.length ? spec.shape[axis] : undefined, shapes, axis));
    return shape.join() === spec.shape.join() ? spec : { ...spec, shape };
  });
}

function corrected(declared: number | undefined, shapes: readonly (readonly number[])[], axis: number): number {
  const sizes = new Set(shapes.map((shape) => shape[axis]));
  const [size = -1] = sizes;
  if (declared === -1 || sizes.size > 1 || (declared === undefined && axis === 0)) return -1;
  return size;
}
