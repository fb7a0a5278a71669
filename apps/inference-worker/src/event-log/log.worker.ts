import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { giveWayToMainThread } from '../engine/session/give-way.ts';
import type { LogOrder, LogThreadData } from './log-messages.ts';
import { SegmentFolder } from './segment-folder.ts';
import { SegmentLog } from './segment-log.ts';

/** The thread of the prediction log. */
function serve(port: MessagePort, { folder, segmentRows, segmentMilliseconds }: LogThreadData): void {
  giveWayToMainThread();
  const log = new SegmentLog({
    folder: new SegmentFolder(folder, Date.now()),
    segmentRows,
    segmentMilliseconds,
    report: (report) => port.postMessage(report, []),
    onStopped: () => port.close(),
  });
  port.on('message', (order: LogOrder) => log.take(order));
}

if (parentPort !== null) serve(parentPort, workerData as LogThreadData);
