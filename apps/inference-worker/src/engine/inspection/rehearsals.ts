import { MillraceError } from '@millrace/contracts';
import type { Trial } from '../batching/trial.ts';
import type { RememberedNumbers } from '../memory/remembered-numbers.ts';

/**
 * Before a model is first loaded in a thread of this node it is loaded and tried in a process: what ends that process, or takes more memory
 * than models have, would have ended the node. One that passes is not rehearsed again, also after a restart.
 */
export class Rehearsals {
  readonly #passed: RememberedNumbers;

  constructor(passed: RememberedNumbers) {
    this.#passed = passed;
  }

  /**
   * Why an artifact should have a process of its own; undefined where it need not. `rehearse` loads it in a process and says what it made of
   * made-up inputs. Rejects with what ended a rehearsal that is no fault of the process: it took too long, or nobody wants it any more.
   */
  async faultOf(artifactDigest: string, rehearse: () => Promise<Trial | MillraceError>): Promise<string | undefined> {
    if (this.#passed.get(artifactDigest) !== undefined) return undefined;
    const outcome = await rehearse().catch((thrown: unknown) => MillraceError.wrap(thrown));
    if (!(outcome instanceof MillraceError) || isOfModel(outcome)) {
      this.#passed.set(artifactDigest, 1);
      return undefined;
    }
    if (outcome.code === 'UNAVAILABLE' || outcome.code === 'MODEL_INVALID') return `the model was tried in a process first, and there ${outcome.message}`;
    throw outcome;
  }
}

/** It is refused, or takes no made-up inputs, wherever it lives. */
function isOfModel({ code, fields }: MillraceError): boolean {
  return code === 'SIGNATURE_MISMATCH' || (code === 'MODEL_INVALID' && fields['isOfMemory'] !== true);
}
