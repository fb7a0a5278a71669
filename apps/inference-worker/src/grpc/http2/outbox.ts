import type { Socket } from 'node:net';

/** Beyond it, joining buffers costs more than handing them over one by one. */
const LARGEST_JOINED_BYTES = 65_536;

/** What goes out on one socket: all that is sent in one turn of the event loop leaves together. */
export class Outbox {
  private readonly socket: Socket;
  private buffers: Buffer[] = [];
  private bytes = 0;
  private isScheduled = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  send(bytes: Buffer): void {
    this.buffers.push(bytes);
    this.bytes += bytes.length;
    if (this.isScheduled) return;
    this.isScheduled = true;
    // Runs when the promises of this turn have settled, so the answers of one batch leave together.
    process.nextTick(() => this.flush());
  }

  flush(): void {
    this.isScheduled = false;
    const { buffers, bytes, socket } = this;
    if (buffers.length === 0 || socket.destroyed || socket.writableEnded) return;
    this.buffers = [];
    this.bytes = 0;
    const [first] = buffers;
    if (buffers.length === 1 && first !== undefined) socket.write(first);
    else if (bytes <= LARGEST_JOINED_BYTES) socket.write(Buffer.concat(buffers, bytes));
    else {
      socket.cork();
      for (const buffer of buffers) socket.write(buffer);
      socket.uncork();
    }
  }
}
