import type { SessionReply, SessionRequest } from './session-messages.ts';

/** How the node reaches one session, wherever it lives. */
export interface SessionLink {
  /** Resolves, with the reason, when the thread or process has ended, or was given up as one that does not come back. */
  readonly ended: Promise<string>;
  /** The memory of `transfer` is given away. */
  post(request: SessionRequest, transfer: readonly ArrayBuffer[]): void;
  /** Ends it now, whatever it does: a process is killed; a thread cannot be, so it is left to itself and ends when its run does. */
  end(): void;
}

/** Called with each reply, in order. */
export type OnReply = (reply: SessionReply) => void;
