import { MillraceError, type Ensemble } from '@millrace/contracts';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { PredictionBatch } from '../event-log/prediction-batch.ts';
import { findRoutedVersion } from './find-model.ts';
import type { InferInput, InferRequest, InferResult } from './infer-request.ts';
import { logDurably, logPrediction } from './log-prediction.ts';
import type { RequestIdentity } from './request-identity.ts';
import type { EndpointRoute } from './route-table.ts';
import { namesOf, runStep } from './run-step.ts';
import type { ServingContext } from './serving-context.ts';

interface EnsembleCall {
  readonly endpoint: EndpointRoute;
  readonly ensemble: Ensemble;
  readonly request: InferRequest;
  readonly identity: RequestIdentity;
}

interface PlannedStep {
  readonly step: Ensemble['steps'][number];
  readonly endpoint: EndpointRoute;
  readonly served: HeldVersion;
}

/**
 * Runs the steps of an ensemble in order. The versions of all steps are chosen by the same key before the first one runs and are
 * held until the last has answered, so a release in between changes nothing for this request. Each step is logged at its own endpoint.
 */
export async function inferEnsemble(context: ServingContext, { endpoint, ensemble, request, identity }: EnsembleCall): Promise<InferResult> {
  if (request.version !== undefined) throw new MillraceError('NOT_FOUND', `endpoint "${endpoint.name}" is an ensemble and has no version "${request.version}"`);
  const names = namesOf(request.requestedOutputs, ensemble.outputs);
  const tensors = new Map(identity.model.map((input) => [input.name, input]));
  refuseUnknown(ensemble, identity.model);
  const plan = ensemble.steps.map((step): PlannedStep => {
    const route = context.routes.find(step.endpoint);
    if (route === undefined) throw new MillraceError('UNAVAILABLE', `step "${step.endpoint}" of endpoint "${endpoint.name}" is not served by this node`);
    return { step, endpoint: route, served: findRoutedVersion(context, route, identity.key) };
  });
  const releases = plan.map(({ served }) => served.hold());
  const answers: PredictionBatch[] = [];
  try {
    for (const { step, endpoint: at, served } of plan) {
      const answer = await runStep(context, { endpoint: at, served, inputs: inputsOf(step, tensors), request, identity, isRouted: true });
      answers.push(answer);
      for (const [output, name] of Object.entries(step.outputs)) {
        const tensor = answer.outputs[output];
        if (tensor === undefined)
          throw new MillraceError('SIGNATURE_MISMATCH', `step "${step.endpoint}" of endpoint "${endpoint.name}" gave no output "${output}"`);
        tensors.set(name, { name, ...tensor });
      }
    }
  } finally {
    for (const release of releases) release();
  }
  await logDurably(context, answers, identity.key);
  return {
    endpoint: endpoint.name,
    id: identity.id,
    version: undefined,
    rows: answers[0]?.rows ?? 0,
    outputs: names.map((name) => ({ name, tensor: tensorNamed(tensors, name) })),
    afterwards: () => {
      for (const answer of answers) logPrediction(context, answer, identity.key);
    },
  };
}

function refuseUnknown({ steps }: Ensemble, inputs: readonly InferInput[]): void {
  const given = new Set(steps.flatMap((step) => Object.values(step.outputs)));
  const taken = new Set(steps.flatMap((step) => Object.values(step.inputs)).filter((name) => !given.has(name)));
  const unknown = inputs.find(({ name }) => !taken.has(name));
  if (unknown !== undefined)
    throw new MillraceError('BAD_INPUT', `unknown input "${unknown.name}"; the ensemble takes ${[...taken].map((name) => `"${name}"`).join(', ')}`);
}

function inputsOf(step: Ensemble['steps'][number], tensors: ReadonlyMap<string, InferInput>): InferInput[] {
  return Object.entries(step.inputs).map(([input, name]) => ({ ...tensorNamed(tensors, name), name: input }));
}

function tensorNamed(tensors: ReadonlyMap<string, InferInput>, name: string): InferInput {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new MillraceError('BAD_INPUT', `missing input "${name}"`);
  return tensor;
}
