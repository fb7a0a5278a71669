import { MillraceError, type Ensemble, type Signature, type TensorSpec } from '@millrace/contracts';
import { servedVersions } from './find-model.ts';
import type { ServingContext } from './serving-context.ts';

/** What an ensemble takes and gives, from the signatures of the versions that its steps serve most. Throws `UNAVAILABLE` while a step serves none, and `SIGNATURE_MISMATCH` when the steps do not fit together. */
export function ensembleSignature(context: ServingContext, ensemble: Ensemble): Pick<Signature, 'inputs' | 'outputs'> {
  const inputs = new Map<string, TensorSpec>();
  const given = new Map<string, TensorSpec>();
  for (const step of ensemble.steps) {
    const signature = signatureOfStep(context, step.endpoint);
    for (const [input, tensor] of Object.entries(step.inputs)) {
      if (!given.has(tensor)) inputs.set(tensor, { ...specOf(signature.inputs, input, step.endpoint), name: tensor });
    }
    for (const [output, tensor] of Object.entries(step.outputs)) given.set(tensor, { ...specOf(signature.outputs, output, step.endpoint), name: tensor });
  }
  return { inputs: [...inputs.values()], outputs: ensemble.outputs.map((tensor) => specOf([...given.values()], tensor, 'the ensemble')) };
}

function signatureOfStep(context: ServingContext, endpointName: string): Signature {
  const endpoint = context.routes.find(endpointName);
  const served = endpoint === undefined ? undefined : servedVersions(context, endpoint)[0];
  if (served === undefined) throw new MillraceError('UNAVAILABLE', `step "${endpointName}" of the ensemble has no loaded model version yet`);
  return served.assigned.signature;
}

function specOf(specs: readonly TensorSpec[], name: string, owner: string): TensorSpec {
  const spec = specs.find((tensor) => tensor.name === name);
  if (spec === undefined)
    throw new MillraceError('SIGNATURE_MISMATCH', `${owner} has no tensor "${name}"; it has ${specs.map((tensor) => `"${tensor.name}"`).join(', ')}`);
  return spec;
}
