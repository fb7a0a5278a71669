import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const digest = z.string().max(200);
const recordSchema = z.object({ onTrial: z.array(digest).max(10_000), suspects: z.record(digest, z.number()) });

/** A model that ends its process mostly does so as it is loaded, or in its first runs. */
const TRIAL_MILLISECONDS = 10_000;
/** After that a suspect may have a thread again: the process may have ended for another reason. */
const SUSPECT_MILLISECONDS = 24 * 3_600_000;
/** Where more models were new at the end of a process the newest ones are suspected: each costs a process. */
const MAXIMUM_SUSPECTS = 16;

/**
 * Which models were new in a thread of this node when it ended without a word. What ONNX Runtime does wrong with a model may end the whole
 * process, and a node that loads the same model in a thread again ends again; so that one gets a process of its own for a day.
 * What is on trial is on disk before the model is loaded. A disk that is full costs this memory and nothing else.
 */
export class Suspects {
  readonly #path: string | undefined;
  readonly #suspects: Map<string, number>;
  readonly #onTrial = new Map<string, NodeJS.Timeout | undefined>();

  private constructor(path: string | undefined, suspects: Map<string, number>) {
    this.#path = path;
    this.#suspects = suspects;
  }

  /** Reads what the process before has left; `now` in milliseconds since the epoch. */
  static open(path: string, now: number): Suspects {
    const { onTrial, suspects } = readRecord(path);
    const recent = Object.entries(suspects).filter(([, since]) => now - since < SUSPECT_MILLISECONDS && since <= now);
    const opened = new Suspects(path, new Map([...recent, ...onTrial.slice(-MAXIMUM_SUSPECTS).map((known): [string, number] => [known, now])]));
    opened.#write();
    return opened;
  }

  /** Suspects nobody, and remembers nothing. */
  static none(): Suspects {
    return new Suspects(undefined, new Map());
  }

  /** Why an artifact should have a process of its own; undefined where it need not. */
  reasonOf(artifactDigest: string): string | undefined {
    return this.#suspects.has(artifactDigest) ? 'the node ended unexpectedly while this model was new in a thread of it' : undefined;
  }

  /** To be called before an artifact is loaded in a thread, however often. */
  begin(artifactDigest: string): void {
    clearTimeout(this.#onTrial.get(artifactDigest));
    const isNew = !this.#onTrial.has(artifactDigest);
    this.#onTrial.set(artifactDigest, undefined);
    if (isNew) this.#write();
  }

  /** The load has ended, well or not: if the process lives a while longer, the model is trusted. */
  loaded(artifactDigest: string): void {
    if (!this.#onTrial.has(artifactDigest)) return;
    clearTimeout(this.#onTrial.get(artifactDigest));
    const trust = (): void => {
      this.#onTrial.delete(artifactDigest);
      this.#write();
    };
    this.#onTrial.set(artifactDigest, setTimeout(trust, TRIAL_MILLISECONDS).unref());
  }

  /** The process ends as it should: nothing on trial has ended it. */
  close(): void {
    for (const timer of this.#onTrial.values()) clearTimeout(timer);
    this.#onTrial.clear();
    this.#write();
  }

  #write(): void {
    if (this.#path === undefined) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.temporary`, JSON.stringify({ onTrial: [...this.#onTrial.keys()], suspects: Object.fromEntries(this.#suspects) }));
      renameSync(`${this.#path}.temporary`, this.#path);
    } catch {
      // Without it the next start suspects nobody.
    }
  }
}

/** A file that is missing or damaged suspects nobody. */
function readRecord(path: string): z.infer<typeof recordSchema> {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { onTrial: [], suspects: {} };
  }
}
