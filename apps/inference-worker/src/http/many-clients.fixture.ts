import { once } from 'node:events';
import { connect } from 'node:net';

/** What the parent process asks for. */
export interface ManyClients {
  readonly url: string;
  readonly connections: number;
  readonly request: string;
}

const AT_A_TIME = 200;

/** Opens a connection and sends one request on it, keeps it, and tells whether it was answered. */
function openOne({ url, request }: ManyClients): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}

process.once('disconnect', () => process.exit());
const [asked] = (await once(process, 'message')) as [ManyClients];
let answered = 0;
for (let opened = 0; opened < asked.connections; opened += AT_A_TIME) {
  const batch = await Promise.all(Array.from({ length: AT_A_TIME }, () => openOne(asked)));
  answered += batch.filter(Boolean).length;
}
process.send?.(answered);
