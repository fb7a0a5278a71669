import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servingOptionsSchema, type AssignedVersion, type TensorSpec } from '@millrace/contracts';

/** One backend test of ONNX, as `interop/backend_cases.py` writes it. */
export interface BackendCase {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Of the header of the request's body. */
  readonly headerBytes: number;
  /** What Python's runtime gave, output by output. */
  readonly parts: readonly { readonly shape: readonly number[]; readonly bytes: number }[];
  readonly version: AssignedVersion;
  readonly model: Uint8Array;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly answer: Uint8Array;
}

/** The cases in a folder, and how many tests are out of reach, by reason. */
export async function readBackendCases(
  folder: string,
): Promise<{ readonly cases: readonly BackendCase[]; readonly outOfReach: Readonly<Record<string, number>> }> {
  const listed = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')) as {
    readonly cases: readonly Omit<BackendCase, 'version' | 'model' | 'body' | 'answer'>[];
    readonly outOfReach: Readonly<Record<string, number>>;
  };
  const cases = await Promise.all(
    listed.cases.map(async (listedCase, number): Promise<BackendCase> => {
      const read = (ending: string): Promise<Uint8Array<ArrayBuffer>> => readFile(join(folder, `${number}.${ending}`));
      const model = await read('onnx');
      return { ...listedCase, model, body: await read('body'), answer: await read('answer'), version: versionOf(listedCase, model, number) };
    }),
  );
  return { cases, outOfReach: listed.outOfReach };
}

function versionOf({ inputs, outputs }: Pick<BackendCase, 'inputs' | 'outputs'>, model: Uint8Array, number: number): AssignedVersion {
  return {
    modelVersionId: `mv_${number}`,
    model: `case-${number}`,
    version: 1,
    artifactDigest: `sha256:${createHash('sha256').update(model).digest('hex')}`,
    artifactBytes: model.length,
    signature: {
      inputs: inputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
      outputs: outputs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
      features: [],
    },
    threshold: 0.5,
    scoreOutput: outputs[0]?.name ?? '',
    referenceProfile: null,
    serving: servingOptionsSchema.parse({ predictionLogShare: 0 }),
  };
}

/** In what the node's answer differs from Python's; undefined: in nothing but the last digits of floats. */
export function differenceFrom({ outputs, parts, answer }: BackendCase, header: string, body: Uint8Array): string | undefined {
  const given = (
    JSON.parse(header) as {
      readonly outputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly parameters: { readonly binary_data_size: number } }[];
    }
  ).outputs;
  let [expectedAt, givenAt] = [0, 0];
  for (const [index, { name, datatype }] of outputs.entries()) {
    const [expected, output] = [parts[index], given[index]];
    if (expected === undefined || output === undefined || output.name !== name) return `output "${name}" is not there`;
    if (output.shape.join() !== expected.shape.join()) return `output "${name}" has shape [${output.shape.join()}] instead of [${expected.shape.join()}]`;
    const size = output.parameters.binary_data_size;
    const difference = compare(datatype, answer.slice(expectedAt, expectedAt + expected.bytes), body.slice(givenAt, givenAt + size));
    if (difference !== undefined) return `output "${name}": ${difference}`;
    expectedAt += expected.bytes;
    givenAt += size;
  }
  return undefined;
}

function compare(datatype: TensorSpec['datatype'], expected: Uint8Array, given: Uint8Array): string | undefined {
  if (Buffer.compare(expected, given) === 0) return undefined;
  if (expected.length !== given.length) return `${given.length} bytes instead of ${expected.length}`;
  const [a, b] = [numbersOf(datatype, expected), numbersOf(datatype, given)];
  if (a === undefined || b === undefined) return 'other bytes';
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? Number.NaN;
    if (!(Object.is(value, other) || (Number.isNaN(value) && Number.isNaN(other)) || Math.abs(value - other) <= 1e-5 * Math.max(1, Math.abs(value))))
      return `value ${index} is ${other} instead of ${value}`;
  }
  return undefined;
}

function numbersOf(datatype: TensorSpec['datatype'], bytes: Uint8Array): Float32Array | Float64Array | undefined {
  const { buffer } = Uint8Array.from(bytes);
  return datatype === 'FP32' ? new Float32Array(buffer) : datatype === 'FP64' ? new Float64Array(buffer) : undefined;
}
