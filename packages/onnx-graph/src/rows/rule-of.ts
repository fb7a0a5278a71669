import type { Rule } from './operator.ts';
import { ELEMENTWISE_RULES } from './rules/elementwise.rules.ts';
import { LAYOUT_RULES } from './rules/layout.rules.ts';
import { LEARNED_RULES } from './rules/learned.rules.ts';
import { MATRIX_RULES } from './rules/matrix.rules.ts';
import { MICROSOFT_RULES } from './rules/microsoft.rules.ts';
import { RECURRENT_RULES } from './rules/recurrent.rules.ts';
import { REDUCTION_RULES } from './rules/reduction.rules.ts';
import { SELECTION_RULES } from './rules/selection.rules.ts';
import { WINDOW_RULES } from './rules/window.rules.ts';

const RULES: ReadonlyMap<string, ReadonlyMap<string, Rule>> = new Map([
  [
    '',
    new Map(
      Object.entries({
        ...ELEMENTWISE_RULES,
        ...LAYOUT_RULES,
        ...MATRIX_RULES,
        ...RECURRENT_RULES,
        ...REDUCTION_RULES,
        ...SELECTION_RULES,
        ...WINDOW_RULES,
        SimplifiedLayerNormalization: MICROSOFT_RULES['SimplifiedLayerNormalization'] as Rule,
      }),
    ),
  ],
  ['ai.onnx.ml', new Map(Object.entries(LEARNED_RULES))],
  ['com.microsoft', new Map(Object.entries(MICROSOFT_RULES))],
]);

export function ruleOf(domain: string, opType: string): Rule | undefined {
  return RULES.get(domain)?.get(opType);
}

/** Operators of ai.onnx whose rules look at sizes that depend on the number of rows; to all others such a size is a value like any, and mixes. */
export const CALCULATES_SIZES: ReadonlySet<string> = new Set(
  'Add Cast Concat ConstantOfShape Div Equal Expand Gather Identity Mul ReduceProd Reshape Resize Shape Size Slice Squeeze Sub Tile Unsqueeze Upsample Where'.split(
    ' ',
  ),
);
