import { axisFrom, shapeOf, type Operator, type Rule } from '../operator.ts';
import { fixedValue, rowsValue, type RowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { product, sizeOf, type Size } from '../size.ts';

/** A matrix with one row of features per row. ONNX Runtime takes a vector for the features of one row. */
function features(operator: Operator, index = 0): RowsValue {
  const input = operator.rows(index);
  if (input.axis !== 0 || input.shape.length !== 2) throw new RowsMixed('it takes a vector of rows for the features of one');
  return input;
}

function ofFeatures(outputs: (operator: Operator, input: RowsValue) => readonly RowValue[]): Rule {
  return (operator) => (operator.inputs.every((value) => value?.kind !== 'rows') ? [fixedValue(), fixedValue()] : outputs(operator, features(operator)));
}

const matrix = (input: RowsValue, columns: Size): RowsValue => rowsValue(0, [input.shape[0] ?? sizeOf(1), columns]);

const regressor = (targets: string): Rule => ofFeatures((operator, input) => [matrix(input, sizeOf(operator.int(targets, 1)))]);

/** SVMs give one value. */
const oneTarget = ofFeatures((_, input) => [matrix(input, sizeOf(1))]);

const classifier = ofFeatures((operator, input) => [rowsValue(0, [input.shape[0] ?? sizeOf(1)]), matrix(input, operator.unknownSize())]);

const sameShape = ofFeatures((_, input) => [input]);

const elementwise: Rule = (operator) => operator.input(0);

/** One vector per element, along a new last axis. */
const oneHotEncoder: Rule = (operator) => {
  const input = operator.input(0);
  const categories = ['cats_int64s', 'cats_strings'].flatMap((name) => {
    const attribute = operator.node.attributes.get(name);
    return attribute?.kind === 'ints' || attribute?.kind === 'strings' ? attribute.count : [];
  });
  const wide = [...shapeOf(input), categories.length === 1 ? sizeOf(categories[0] ?? 1) : operator.unknownSize()];
  return input.kind === 'fixed' ? fixedValue(wide) : rowsValue(input.axis, wide);
};

const featureVectorizer: Rule = (operator) => {
  if (operator.inputs.every((value) => value?.kind !== 'rows')) return fixedValue();
  const inputs = operator.inputs.map((_, index) => features(operator, index));
  const [first] = inputs;
  const widths = operator.ints('inputdimensions');
  const width = widths === undefined ? operator.unknownSize() : sizeOf(widths.reduce((sum, size) => sum + size, 0));
  return rowsValue(0, [first?.shape[0] ?? sizeOf(1), width]);
};

/** Picks along the last axis. */
const arrayFeatureExtractor: Rule = (operator) => {
  const input = operator.input(0);
  const indices = operator.fixed(1, 'list of features');
  const shape = shapeOf(input);
  const width = indices?.shape === undefined ? operator.unknownSize() : product(indices.shape);
  if (input.kind === 'fixed') return fixedValue();
  if (shape.length < 2 || axisFrom(-1, shape.length) === input.axis) throw new RowsMixed('it picks from the rows by index');
  return rowsValue(input.axis, shape.with(shape.length - 1, width));
};

/** Operators of ai.onnx.ml. */
export const LEARNED_RULES: Readonly<Record<string, Rule>> = {
  TreeEnsembleRegressor: regressor('n_targets'),
  TreeEnsemble: regressor('n_targets'),
  LinearRegressor: regressor('targets'),
  SVMRegressor: oneTarget,
  TreeEnsembleClassifier: classifier,
  LinearClassifier: classifier,
  SVMClassifier: classifier,
  Scaler: sameShape,
  Imputer: sameShape,
  Normalizer: sameShape,
  Binarizer: elementwise,
  LabelEncoder: elementwise,
  CategoryMapper: elementwise,
  OneHotEncoder: oneHotEncoder,
  FeatureVectorizer: featureVectorizer,
  ArrayFeatureExtractor: arrayFeatureExtractor,
};
