import { MillraceError } from '@millrace/contracts';
import { parentPort, workerData } from 'node:worker_threads';
import { SessionFault } from '../session/session-fault.ts';
import type { ModelSource } from '../session/session-messages.ts';
import { inspectArtifact } from './inspect-artifact.ts';
import type { InspectionReply } from './model-inspections.ts';

// Inspects the artifact that it was started with, and ends: a large graph takes a second or two, which the main thread does not have.
parentPort?.postMessage(answer(workerData as ModelSource), []);

function answer(source: ModelSource): InspectionReply {
  try {
    return { kind: 'inspected', inspection: inspectArtifact(source) };
  } catch (error) {
    return { kind: 'failed', error: error instanceof SessionFault ? error.serialized : MillraceError.wrap(error).toJSON() };
  }
}
