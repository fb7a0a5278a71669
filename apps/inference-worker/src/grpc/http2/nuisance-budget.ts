import { Http2Violation, REASON } from './http2-constants.ts';

const MOST = 2000;
const PER_MILLISECOND = 0.2;
/** A stream that was answered pays for its reset and for the pings about it. */
const PER_ANSWER = 3;

/**
 * Bounds what costs work and asks for nothing: pings, settings, resets, empty frames. A client may do a lot of it at once and some of it for ever;
 * beyond that the connection ends with ENHANCE_YOUR_CALM.
 */
export class NuisanceBudget {
  private left = MOST;
  private at = performance.now();

  spend(): void {
    this.left--;
    if (this.left >= 0) return;
    const now = performance.now();
    this.left = Math.min(MOST, (now - this.at) * PER_MILLISECOND) - 1;
    this.at = now;
    if (this.left < 0) throw new Http2Violation(REASON.enhanceYourCalm, 'too many frames that ask for nothing');
  }

  earn(): void {
    this.left = Math.min(MOST, this.left + PER_ANSWER);
  }
}
