import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servingOptionsSchema, type AssignedVersion, type Signature, type TensorDatatype } from '@millrace/contracts';
import { startServingNode, temporaryFolder, type ServingNode } from '@millrace/testing';
import { python } from './python.ts';

/** A node that serves what `make_models.py` writes: `every`, `half` and `total`, with the model repository on. */
export async function startInteropNode(): Promise<ServingNode> {
  const folder = await temporaryFolder();
  const { every } = (await python('make_models.py', folder.path)) as { readonly every: readonly TensorDatatype[] };
  const models = await Promise.all([
    modelOf(folder.path, 'every', identity(every), 'fp32_out'),
    modelOf(folder.path, 'half', identity(['FP16']), 'fp16_out'),
    modelOf(
      folder.path,
      'total',
      { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }], outputs: [{ name: 'total', datatype: 'FP32', shape: [-1] }], features: [] },
      'total',
    ),
  ]);
  await folder.remove();
  return startServingNode({
    env: { MODEL_REPOSITORY: 'on' },
    prepare: (controlPlane) => {
      for (const { bytes } of models) controlPlane.store(bytes);
      controlPlane.serve(models.map(({ version }) => version));
    },
  });
}

function identity(datatypes: readonly TensorDatatype[]): Signature {
  return {
    inputs: datatypes.map((datatype) => ({ name: datatype.toLowerCase(), datatype, shape: [-1, 1] })),
    outputs: datatypes.map((datatype) => ({ name: `${datatype.toLowerCase()}_out`, datatype, shape: [-1, 1] })),
    features: [],
  };
}

async function modelOf(folder: string, model: string, signature: Signature, scoreOutput: string): Promise<{ bytes: Uint8Array; version: AssignedVersion }> {
  const bytes = await readFile(join(folder, `${model}.onnx`));
  const artifactDigest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return {
    bytes,
    version: {
      modelVersionId: `mv_${model}`,
      model,
      version: 1,
      artifactDigest,
      artifactBytes: bytes.length,
      signature,
      threshold: 0.5,
      scoreOutput,
      referenceProfile: null,
      serving: servingOptionsSchema.parse({}),
    },
  };
}
