import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from './http-message.ts';

const UNSAFE_NAME = /[^A-Za-z0-9\-_]/;
// oxlint-disable-next-line no-control-regex -- a header value must not hold any
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Writes heads of answers. Answers share their constant headers, so the text of the last ones is kept. */
export class AnswerText {
  private lastStatus = 0;
  private lastHeaders: HttpAnswer['headers'] | undefined;
  private lastText = '';
  private dateUntil = 0;
  private date = '';

  /** Status line and header fields up to the value of `content-length`. Throws for a header that would break the answer apart. */
  head({ status, headers }: HttpAnswer): string {
    if (status === this.lastStatus && headers === this.lastHeaders) return this.lastText;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
    for (const name in headers) {
      const value = String(headers[name]);
      if (UNSAFE_NAME.test(name) || UNSAFE_VALUE.test(value))
        throw new Error(`the header ${JSON.stringify(name)} of an answer holds characters that it must not`);
      text += `${name}: ${value}\r\n`;
    }
    this.lastStatus = status;
    this.lastHeaders = headers;
    return (this.lastText = text);
  }

  /** The `date` line, made once a second. */
  dateLine(): string {
    const now = Date.now();
    if (now >= this.dateUntil) {
      this.dateUntil = now - (now % 1000) + 1000;
      this.date = `date: ${new Date(now).toUTCString()}\r\n`;
    }
    return this.date;
  }
}
