import { DATATYPE_OF_ONNX_TYPE, type ExecutionProvider } from '@millrace/contracts';
import { openOnnxSession } from '../engine/session/onnx-runtime.ts';

/** An ONNX model with one Relu node over one number. */
const MODEL = Buffer.from('CAgSEG1pbGxyYWNlLWZpeHR1cmU6OQoMCgF4EgF5IgRSZWx1EgdmaXh0dXJlWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==', 'base64');

// Probes the providers named in its arguments, in order, and says of each whether it computes.
for (const provider of process.argv.slice(2) as ExecutionProvider[]) process.send?.({ provider, works: await computes(provider) });
process.disconnect();

async function computes(provider: ExecutionProvider): Promise<boolean> {
  try {
    const session = await openOnnxSession(MODEL, provider, DATATYPE_OF_ONNX_TYPE);
    const { y } = await session.run({ x: { datatype: 'FP32', shape: [1], data: Float32Array.of(2) } });
    await session.release();
    return y?.data[0] === 2;
  } catch {
    return false;
  }
}
