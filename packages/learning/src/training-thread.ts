import { MillraceError } from '@millrace/contracts';
import { parentPort, workerData } from 'node:worker_threads';
import { runTraining } from './run-training.ts';
import type { TrainingMessage, TrainingThreadInput } from './training-messages.ts';

const { task, stop } = workerData as TrainingThreadInput;
const send = (message: TrainingMessage): void => parentPort?.postMessage(message, []);

try {
  const signal = {
    get aborted() {
      return Atomics.load(stop, 0) === 1;
    },
  };
  send({ kind: 'done', outcome: runTraining(task, { signal, onProgress: (fraction, metrics) => send({ kind: 'progress', fraction, metrics }) }) });
} catch (thrown) {
  send({ kind: 'failed', error: MillraceError.wrap(thrown).toJSON() });
}
