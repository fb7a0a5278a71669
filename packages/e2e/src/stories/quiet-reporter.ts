import type { Reporter } from '@millrace/example-flight-delays';

/** Keeps what it was told, for the message of a story that fails. */
export class QuietReporter implements Reporter {
  readonly lines: string[] = [];

  step(title: string): void {
    this.lines.push(`# ${title}`);
  }

  message(text: string): void {
    this.lines.push(text);
  }

  table(rows: readonly (readonly string[])[]): void {
    this.lines.push(...rows.map((row) => row.join(' | ')));
  }

  progress(label: string): { update(): void; done(summary: string): void } {
    return { update: () => {}, done: (summary) => this.lines.push(`${label}: ${summary}`) };
  }
}
