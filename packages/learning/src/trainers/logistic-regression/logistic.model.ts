import { addEncoding, categoriesOf, encodeCategories, type CategoryEncoding } from '../../category-encoding.ts';
import { LARGEST_FLOAT, numbersOf, SCORE_OUTPUT, type Feature } from '../../features.ts';
import { addFeatureInput } from '../../onnx/feature-inputs.ts';
import { GraphBuilder, type ValueName } from '../../onnx/graph-builder.ts';
import type { ParameterValues } from '../../parameters.ts';
import { sigmoid } from '../../sigmoid.ts';
import type { Table } from '../../table/table.ts';
import type { ModelDescription, TrainedModel } from '../../trainer.ts';

interface NumberTerm {
  readonly kind: 'number';
  readonly feature: Feature;
  readonly mean: number;
  readonly slope: number;
  readonly missing: number;
  readonly spread: number;
}

/** What a feature adds to the logit: (x − mean) × slope, `missing` for NaN; or a weight per category. */
export type Term = NumberTerm | { readonly kind: 'category'; readonly feature: Feature; readonly weights: CategoryEncoding; readonly spread: number };

/** A fitted regression. `spread` of a term is the standard deviation of what it adds over the training rows: its importance. */
export interface Regression {
  readonly intercept: number;
  readonly terms: readonly Term[];
  readonly parameters: ParameterValues;
  readonly details: Readonly<Record<string, number>>;
}

export class LogisticModel implements TrainedModel {
  private readonly regression: Regression;

  constructor(regression: Regression) {
    this.regression = regression;
  }

  /** Sums up in 32 bits and in the order of the exported graph. */
  predict(table: Table): Float64Array {
    const logits = new Float32Array(table.rows).fill(this.regression.intercept);
    for (const term of this.regression.terms) {
      const added = contributions(table, term);
      for (let i = 0; i < logits.length; i++) logits[i] = (logits[i] ?? 0) + (added[i] ?? 0);
    }
    return Float64Array.from(logits, sigmoid);
  }

  toOnnx(): Uint8Array<ArrayBuffer> {
    const graph = new GraphBuilder();
    let logits = graph.scalar(this.regression.intercept);
    for (const term of this.regression.terms) logits = graph.add('Add', [logits, addTerm(graph, term)]);
    graph.output(SCORE_OUTPUT, 'FP32', graph.add('Sigmoid', [logits]));
    return graph.build('logistic-regression');
  }

  describe(): ModelDescription {
    const { terms, parameters, details } = this.regression;
    const total = terms.reduce((sum, { spread }) => sum + spread, 0);
    return {
      trainer: 'logistic-regression',
      parameters,
      details,
      importance: Object.fromEntries(terms.map(({ feature, spread }) => [feature.column.name, total === 0 ? 0 : spread / total])),
    };
  }
}

/** No number may add more: infinities of two columns would cancel to what is no number. */
const LARGEST_CONTRIBUTION = 1e30;
/** The difference of two numbers within it is a 32-bit float, too. */
const LARGEST_DISTANCE = 1.7e38;

/** What `term` adds to the logit of each row. */
export function contributions(table: Table, term: Term): Float32Array {
  if (term.kind === 'category') return encodeCategories(categoriesOf(table, term.feature), term.weights);
  const { mean, slope, missing } = term;
  const { low, high } = boundsOf(term);
  const added = numbersOf(table, term.feature);
  for (let i = 0; i < added.length; i++) {
    const value = added[i] as number;
    added[i] = Number.isNaN(value) ? missing : Math.fround(Math.min(high, Math.max(low, value)) - mean) * slope;
  }
  return added;
}

/** The numbers that a column is held to, however large those are that are served. */
function boundsOf({ mean, slope }: NumberTerm): { low: number; high: number } {
  const distance = slope === 0 ? LARGEST_DISTANCE : Math.min(LARGEST_DISTANCE, LARGEST_CONTRIBUTION / Math.abs(slope));
  return { low: Math.fround(Math.max(-LARGEST_FLOAT, mean - distance)), high: Math.fround(Math.min(LARGEST_FLOAT, mean + distance)) };
}

function addTerm(graph: GraphBuilder, term: Term): ValueName {
  if (term.kind === 'category') return addEncoding(graph, graph.input(term.feature.column.name, 'BYTES'), term.weights);
  const value = addFeatureInput(graph, term.feature, undefined);
  const { low, high } = boundsOf(term);
  const held = graph.add('Clip', [value, graph.scalar(low), graph.scalar(high)]);
  const centred = graph.add('Sub', [held, graph.scalar(term.mean)]);
  const scaled = graph.add('Mul', [centred, graph.scalar(term.slope)]);
  return graph.add('Where', [graph.add('IsNaN', [value]), graph.scalar(term.missing), scaled]);
}
