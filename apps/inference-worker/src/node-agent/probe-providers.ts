import { EXECUTION_PROVIDERS, type ExecutionProvider } from '@millrace/contracts';
import { SessionThread } from '../engine/session-thread.ts';

/** An ONNX model with one Relu node over one number, for finding out what runs here. */
const PROBE_MODEL = 'CAgSEG1pbGxyYWNlLWZpeHR1cmU6OQoMCgF4EgF5IgRSZWx1EgdmaXh0dXJlWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==';

/**
 * The execution providers that run on this machine. Each is tried on a one-node model in a thread of its own, because
 * ONNX Runtime lists providers by how it was compiled, and asking for one whose library is absent throws.
 */
export async function probeProviders(): Promise<readonly ExecutionProvider[]> {
  const available: ExecutionProvider[] = [];
  for (const provider of EXECUTION_PROVIDERS) if (await runsOn(provider)) available.push(provider);
  return available;
}

async function runsOn(provider: ExecutionProvider): Promise<boolean> {
  try {
    const thread = await SessionThread.open({ source: { kind: 'bytes', bytes: Buffer.from(PROBE_MODEL, 'base64') }, provider });
    try {
      const { outputs } = await thread.runTensors({ x: { datatype: 'FP32', shape: [1], data: Float32Array.of(2) } });
      return outputs['y']?.data[0] === 2;
    } finally {
      await thread.close();
    }
  } catch {
    return false;
  }
}
