import { MillraceError } from '@millrace/contracts';
import type { FeatureTensor, VerificationSample } from '@millrace/learning';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The largest difference of a probability between the trained model and its export: 32-bit sums of some hundred trees stay well below. */
const TOLERANCE = 1e-5;

const TENSOR_TYPES = { FP32: 'float32', FP64: 'float64', BYTES: 'string' } as const;

/** What the export was compared on, for the log. */
export interface Verified {
  readonly rows: number;
  readonly largestDifference: number;
}

/** Runs the exported graph on raw rows, as a node will, and throws `MODEL_INVALID` when it does not load or answers differently. */
export async function verifyExport(model: Uint8Array, scoreOutput: string, sample: VerificationSample): Promise<Verified> {
  const scores = await runModel(model, scoreOutput, sample.tensors);
  const rows = sample.expected.length;
  if (scores?.length !== rows)
    throw new MillraceError('MODEL_INVALID', `The exported model gave ${scores?.length ?? 'no'} scores for ${rows} rows.`, { fields: { rows } });
  const largestDifference = sample.expected.reduce((largest, expected, row) => Math.max(largest, Math.abs(expected - (scores[row] ?? NaN))), 0);
  if (largestDifference <= TOLERANCE) return { rows, largestDifference };
  throw new MillraceError(
    'MODEL_INVALID',
    `The exported model differs from the trained one by up to ${largestDifference} on ${rows} validation rows; ${TOLERANCE} is allowed.`,
    { fields: { rows, largestDifference, tolerance: TOLERANCE } },
  );
}

async function runModel(model: Uint8Array, scoreOutput: string, tensors: readonly FeatureTensor[]): Promise<Float32Array | undefined> {
  const feeds = Object.fromEntries(tensors.map(({ name, datatype, data }) => [name, new Tensor(TENSOR_TYPES[datatype], data, [data.length])]));
  let session: InferenceSession | undefined;
  try {
    session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
    const outputs = await session.run(feeds);
    const scores = outputs[scoreOutput]?.data;
    return scores instanceof Float32Array ? scores : undefined;
  } catch (thrown) {
    throw new MillraceError('MODEL_INVALID', `The exported model does not run: ${MillraceError.wrap(thrown).message}`, { cause: thrown });
  } finally {
    await session?.release();
  }
}
