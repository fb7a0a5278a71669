import type { OnnxGraph, OnnxModel, ValueInfo } from '../model/onnx-model.ts';
import { GraphWalk } from './graph-walk.ts';
import type { RowFault, RowValue } from './row-value.ts';
import type { RowVerdict } from './row-verdict.ts';
import { areSame, named, ROWS, sizeOf, type Size } from './size.ts';

/**
 * Follows the rows of a model from its inputs through every operator. Proven means: whatever the weights and the inputs are, row i of
 * every output is made of row i of the inputs and of nothing else, not even of the number of rows. Anything that is not known to be
 * so is not proven: unknown operators, unknown shapes, sizes that depend on values, graphs within nodes that rows come into.
 * Shapes that the file claims for values within are not believed.
 */
export function followRows(model: OnnxModel): RowVerdict {
  const { graph } = model;
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name) && !graph.sparseInitializers.has(name));
  const fault = faultOfInputs(inputs);
  if (fault !== undefined) return notProven('', '', fault);
  const walk = new GraphWalk(model);
  const given = new Map(inputs.map((input): [string, RowValue] => [input.name, { kind: 'rows', axis: 0, shape: shapeOfInput(input) }]));
  const values = walk.run(graph, given);
  for (const output of graph.outputs) {
    const found = faultOfOutput(output.name, values.get(output.name), graph);
    if (found !== undefined) return { proven: false, fault: found };
  }
  return { proven: true };
}

function faultOfInputs(inputs: readonly ValueInfo[]): string | undefined {
  if (inputs.length === 0) return 'the graph has no inputs';
  const batches = new Set<string>();
  for (const { name, kind, shape } of inputs) {
    if (kind !== 'tensor') return `input "${name}" is not a tensor`;
    if (shape === undefined) return `input "${name}" does not say how many dimensions it has`;
    const [first] = shape;
    if (typeof first !== 'string') return `input "${name}" has no open first dimension: [${shape.join(', ')}]`;
    if (first !== '') batches.add(first);
  }
  if (batches.size > 1) return `its inputs have different first dimensions: ${[...batches].map((name) => `"${name}"`).join(' and ')}`;
  const [batch] = batches;
  const again = batch === undefined ? undefined : inputs.find(({ shape }) => shape?.slice(1).includes(batch));
  return again === undefined ? undefined : `input "${again.name}" has the dimension "${batch}" of the rows on another axis, too`;
}

/** Every open dimension has a name of its own: nothing holds a request to what the graph calls two of them. */
function shapeOfInput({ name, shape = [] }: ValueInfo): readonly Size[] {
  return shape.map((dimension, axis) => {
    if (axis === 0) return ROWS;
    return typeof dimension === 'number' ? sizeOf(dimension) : named(`${name}[${axis}]`);
  });
}

function faultOfOutput(name: string, value: RowValue | undefined, graph: OnnxGraph): RowFault | undefined {
  if (value?.kind === 'mixed') return value.fault;
  const isOfRows = value?.kind === 'rows' && value.axis === 0 && areSame(value.shape[0] ?? sizeOf(0), ROWS);
  if (isOfRows) return undefined;
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(name));
  const at = { node: maker === undefined ? '' : maker.name || name, operator: maker?.opType ?? '' };
  if (value === undefined) return { ...at, reason: `nothing gives the output "${name}"` };
  if (value.kind === 'fixed') return { ...at, reason: `output "${name}" is not made of the rows` };
  return { ...at, reason: `output "${name}" does not have one entry per row on its first axis` };
}

function notProven(node: string, operator: string, reason: string): RowVerdict {
  return { proven: false, fault: { node, operator, reason } };
}
