import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { TEST_CERTIFICATE } from '../fixtures/tls-certificate.fixture.ts';

/** A client that says what it is told to, byte for byte. */
export class RawClient {
  readonly socket: Socket;
  /** Resolves with everything that was received when the connection is closed. */
  readonly closed: Promise<string>;
  received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve(this.received));
    });
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port, protocol } = new URL(url);
    const plain = protocol === 'http:';
    const socket = plain
      ? connect(Number(port), hostname)
      : connectTls({ host: hostname, port: Number(port), ca: TEST_CERTIFICATE.cert, ALPNProtocols: ['http/1.1'] });
    const client = new RawClient(socket);
    await once(socket, plain ? 'connect' : 'secureConnect');
    return client;
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves when something was received `times` times. */
  async until(text: string, times = 1): Promise<string> {
    while (this.received.split(text).length <= times) {
      if (this.socket.destroyed) throw new Error(`closed before ${JSON.stringify(text)} came ${times} times: ${JSON.stringify(this.received)}`);
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}
