import type { Ensemble, TensorDatatype, TensorSpec } from '@millrace/contracts';
import type { ModelDescription } from '../serving/describe-model.ts';

/** What the configuration extension says of a model, in the names of `ModelConfig`. */
export interface ModelConfig {
  readonly name: string;
  readonly platform: string;
  readonly backend: string;
  /** 0 where requests are not joined. */
  readonly max_batch_size: number;
  readonly input: readonly ConfiguredTensor[];
  readonly output: readonly ConfiguredTensor[];
  readonly dynamic_batching?: { readonly max_queue_delay_microseconds: number };
  readonly ensemble_scheduling?: { readonly step: readonly object[] };
  readonly response_cache?: { readonly enable: boolean };
  /** `unbatched_reason`: the node that lets rows see each other, and how. */
  readonly parameters?: Readonly<Record<string, { readonly string_value: string }>>;
}

interface ConfiguredTensor {
  readonly name: string;
  readonly data_type: `TYPE_${Exclude<TensorDatatype, 'BYTES'> | 'STRING'}`;
  /** Without the batch dimension where there is one. */
  readonly dims: readonly number[];
}

/** The configuration of a model as load generators ask for it. */
export function modelConfigOf({ name, platform, inputs, outputs, served }: ModelDescription, ensemble: Ensemble | null): ModelConfig {
  const isBatched = served?.batchable ?? false;
  const serving = served?.assigned.serving;
  return {
    name,
    platform,
    backend: served === undefined ? '' : 'onnxruntime',
    max_batch_size: served !== undefined && isBatched ? served.maximumBatchRows : 0,
    input: inputs.map((spec) => configured(spec, isBatched)),
    output: outputs.map((spec) => configured(spec, isBatched)),
    ...(serving === undefined ? {} : { response_cache: { enable: serving.responseCacheBytes > 0 } }),
    ...(serving !== undefined && isBatched ? { dynamic_batching: { max_queue_delay_microseconds: serving.maximumQueueDelayMicroseconds } } : {}),
    ...(served?.unbatchedReason === undefined ? {} : { parameters: { unbatched_reason: { string_value: served.unbatchedReason } } }),
    ...(ensemble === null ? {} : { ensemble_scheduling: { step: ensemble.steps.map(stepOf) } }),
  };
}

function configured({ name, datatype, shape }: TensorSpec, isBatched: boolean): ConfiguredTensor {
  return { name, data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`, dims: isBatched ? shape.slice(1) : shape };
}

function stepOf({ endpoint, inputs, outputs }: Ensemble['steps'][number]): object {
  return { model_name: endpoint, model_version: -1, input_map: inputs, output_map: outputs };
}
