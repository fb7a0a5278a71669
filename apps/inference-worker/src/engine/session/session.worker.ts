import { parentPort } from 'node:worker_threads';
import { giveWayToMainThread } from './give-way.ts';
import { SessionHost } from './session-host.ts';
import type { SessionRequest } from './session-messages.ts';

// A thread that owns one session. It is told to close and then ends by itself: terminating it from outside during a run would abort the whole process.
if (parentPort !== null) {
  const port = parentPort;
  const host = new SessionHost();
  giveWayToMainThread();
  port.on('message', (request: SessionRequest) => {
    void host.answer(request).then((reply) => {
      port.postMessage(reply, reply.kind === 'ran' ? [reply.outputs.buffer] : []);
      if (request.kind === 'close') port.close();
    });
  });
}
