import { ensembleSchema, type Signature } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { checkEnsemble } from './check-ensemble.ts';

const signatures: Readonly<Record<string, Signature>> = {
  embed: { inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1, 1] }], outputs: [{ name: 'vector', datatype: 'FP32', shape: [-1, 8] }], features: [] },
  classify: {
    inputs: [
      { name: 'x', datatype: 'FP32', shape: [-1, 8] },
      { name: 'age', datatype: 'INT64', shape: [-1, 1] },
    ],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
    features: [],
  },
};
const embed = { endpoint: 'embed', inputs: { text: 'review' }, outputs: { vector: 'embedding' } };
const classify = { endpoint: 'classify', inputs: { x: 'embedding', age: 'age' }, outputs: { probability: 'score' } };

function refusalOf(steps: readonly object[], outputs: string[] = ['score']): unknown {
  try {
    checkEnsemble(ensembleSchema.parse({ steps, outputs }), (name) => signatures[name]);
    return 'none';
  } catch (error) {
    const { code, fields } = error as { code: string; fields: { path: string } };
    return `${code} ${fields.path}`;
  }
}

it('takes steps whose tensors fit, also where a model is not known yet', () => {
  expect(refusalOf([embed, classify])).toBe('none');
  expect(refusalOf([{ ...embed, endpoint: 'later', inputs: { anything: 'a' } }, classify])).toBe('none');
});

it.each([
  ['a tensor of a later step', [classify, embed], 'steps.0.inputs.x'],
  ['a tensor of the step itself', [{ ...embed, inputs: { text: 'embedding' } }, classify], 'steps.0.inputs.text'],
  ['a tensor that two steps give', [embed, { ...classify, outputs: { probability: 'embedding' } }], 'steps.1.outputs.probability'],
  ['an input that the model does not know', [{ ...embed, inputs: { words: 'review' } }, classify], 'steps.0.inputs.words'],
  ['an output that the model does not know', [{ ...embed, outputs: { hidden: 'embedding' } }, classify], 'steps.0.outputs.hidden'],
  ['an input that is left out', [embed, { ...classify, inputs: { x: 'embedding' } }], 'steps.1.inputs'],
  ['a datatype that changes on the way', [embed, { ...classify, inputs: { x: 'embedding', age: 'embedding' } }], 'steps.1.inputs.age'],
  ['one input of the ensemble with two datatypes', [embed, { ...classify, inputs: { x: 'embedding', age: 'review' } }], 'steps.1.inputs.age'],
])('refuses %s', (_what, steps, path) => {
  expect(refusalOf(steps)).toBe(`BAD_INPUT input.ensemble.${path}`);
});

it('refuses an output that no step gives, or that is there twice', () => {
  expect(refusalOf([embed, classify], ['score', 'review'])).toBe('BAD_INPUT input.ensemble.outputs.1');
  expect(refusalOf([embed, classify], ['score', 'score'])).toBe('BAD_INPUT input.ensemble.outputs.1');
});
