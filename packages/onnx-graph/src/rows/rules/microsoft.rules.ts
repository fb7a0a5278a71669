import { broadcast } from '../broadcast.ts';
import type { Rule } from '../operator.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { matMulOfFewBits, matrixProduct } from './matrix.rules.ts';
import { layerNormalization } from './reduction.rules.ts';

const elementwise: Rule = (operator) =>
  broadcast(
    operator,
    operator.inputs.flatMap((value) => value ?? []),
  );

const fusedMatMul: Rule = (operator) => {
  if (['transA', 'transB', 'transBatchA', 'transBatchB'].some((name) => operator.int(name, 0) !== 0))
    throw new RowsMixed('it turns matrices before it multiplies them');
  return matrixProduct(operator, operator.input(0), operator.input(1));
};

/** Operators of com.microsoft that exporters write. What is missing is not proven. */
export const MICROSOFT_RULES: Readonly<Record<string, Rule>> = {
  Gelu: elementwise,
  FastGelu: elementwise,
  BiasGelu: elementwise,
  QuickGelu: elementwise,
  FusedMatMul: fusedMatMul,
  MatMulNBits: matMulOfFewBits,
  SkipLayerNormalization: layerNormalization([0, 1], [2, 3, 4]),
  SkipSimplifiedLayerNormalization: layerNormalization([0, 1], [2, 3]),
  SimplifiedLayerNormalization: layerNormalization([0], [1]),
};
