import { MillraceError } from '@millrace/contracts';
import { Worker } from 'node:worker_threads';
import { buffersOf } from './table/table.ts';
import type { ProgressListener } from './trainer.ts';
import type { TrainingMessage, TrainingThreadInput } from './training-messages.ts';
import type { TrainingOutcome, TrainingTask } from './training-outcome.ts';

const FROM_SOURCE = import.meta.url.endsWith('.ts');

/**
 * `runTraining` in a thread of its own, so that the caller's event loop stays free. The table's buffers move to the thread: the
 * caller's table is empty afterwards. When `signal` aborts, the thread stops at its next tree or step and the promise rejects with
 * `JOB_CANCELLED`. Errors of the training come back as they were thrown.
 */
export function runTrainingInThread(task: TrainingTask, hooks: { onProgress?: ProgressListener; signal?: AbortSignal } = {}): Promise<TrainingOutcome> {
  const input: TrainingThreadInput = { task, stop: new Int32Array(new SharedArrayBuffer(4)) };
  const requestStop = (): void => void Atomics.store(input.stop, 0, 1);
  if (hooks.signal?.aborted === true) requestStop();
  hooks.signal?.addEventListener('abort', requestStop);
  const worker = new Worker(new URL(`./training-thread${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url), {
    name: 'training',
    workerData: input,
    transferList: buffersOf(task.table),
    execArgv: FROM_SOURCE ? ['--conditions=@millrace/source'] : [],
  });
  const outcome = new Promise<TrainingOutcome>((resolve, reject) => {
    worker.on('message', (message: TrainingMessage) => {
      if (message.kind === 'progress') hooks.onProgress?.(message.fraction, message.metrics);
      else if (message.kind === 'done') resolve(message.outcome);
      else reject(MillraceError.from(message.error));
    });
    worker.on('error', (error) => reject(MillraceError.wrap(error)));
    worker.on('exit', (code) =>
      reject(new MillraceError('INTERNAL', `The training thread ended with exit code ${code} before it had a result.`, { fields: { exitCode: code } })),
    );
  });
  return outcome.finally(() => hooks.signal?.removeEventListener('abort', requestStop));
}
