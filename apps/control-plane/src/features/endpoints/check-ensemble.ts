import { MillraceError, type Ensemble, type Signature, type TensorSpec } from '@millrace/contracts';

type Step = Ensemble['steps'][number];
type Side = 'inputs' | 'outputs';

/** What is known of the endpoint of a step: the signature of the version that has most of its traffic; `undefined` while it has none. */
export type SignatureOf = (endpoint: string) => Signature | undefined;

/**
 * Fails with `BAD_INPUT` at the first place where the tensors of an ensemble do not fit together: a tensor that a later step gives or
 * two steps give, a name that a model does not know or that is missing, a datatype that changes on the way, an output that nobody gives.
 * Steps that are given tensors only by earlier ones cannot go round in circles.
 */
export function checkEnsemble(ensemble: Ensemble, signatureOf: SignatureOf): void {
  const givenBy = new Map<string, number>();
  for (const [index, step] of ensemble.steps.entries()) {
    for (const [output, tensor] of Object.entries(step.outputs)) {
      const other = givenBy.get(tensor);
      if (other !== undefined) throw refusal(`steps.${index}.outputs.${output}`, `"${tensor}" is given by step ${other} already`);
      givenBy.set(tensor, index);
    }
  }
  const datatypes = new Map<string, string>();
  for (const [index, step] of ensemble.steps.entries()) {
    for (const [input, tensor] of Object.entries(step.inputs)) {
      if ((givenBy.get(tensor) ?? -1) >= index) throw refusal(`steps.${index}.inputs.${input}`, `"${tensor}" is not given by an earlier step`);
    }
    checkStep(step, index, signatureOf(step.endpoint), datatypes);
  }
  const missing = ensemble.outputs.findIndex((tensor) => !givenBy.has(tensor));
  if (missing >= 0) throw refusal(`outputs.${missing}`, `no step gives "${ensemble.outputs[missing]}"; there are ${[...givenBy.keys()].join(', ')}`);
  const repeated = ensemble.outputs.findIndex((tensor, index) => ensemble.outputs.indexOf(tensor) !== index);
  if (repeated >= 0) throw refusal(`outputs.${repeated}`, `"${ensemble.outputs[repeated]}" is there twice`);
}

function checkStep(step: Step, index: number, signature: Signature | undefined, datatypes: Map<string, string>): void {
  if (signature === undefined) return;
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [name, tensor] of Object.entries(step[side])) {
      const { datatype } = knownTensor(signature[side], { step, side, name, path: `steps.${index}.${side}.${name}` });
      const before = datatypes.get(tensor) ?? datatype;
      if (before !== datatype) throw refusal(`steps.${index}.${side}.${name}`, `"${tensor}" is ${before} elsewhere and ${datatype} here`);
      datatypes.set(tensor, datatype);
    }
  }
  const unfed = signature.inputs.find(({ name }) => !Object.hasOwn(step.inputs, name));
  if (unfed !== undefined) throw refusal(`steps.${index}.inputs`, `the model of "${step.endpoint}" takes "${unfed.name}" too`);
}

function knownTensor(specs: readonly TensorSpec[], { step, side, name, path }: { step: Step; side: Side; name: string; path: string }): TensorSpec {
  const spec = specs.find((tensor) => tensor.name === name);
  if (spec !== undefined) return spec;
  throw refusal(path, `the model of "${step.endpoint}" has no such ${side.slice(0, -1)}; it has ${specs.map((tensor) => tensor.name).join(', ')}`);
}

/** A `BAD_INPUT` about a place in the ensemble. */
export function refusal(at: string, why: string): MillraceError {
  const path = `input.ensemble.${at}`;
  return new MillraceError('BAD_INPUT', `${path}: ${why}.`, { fields: { path } });
}
