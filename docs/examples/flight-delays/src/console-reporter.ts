import type { ProgressBar, Reporter } from './reporter.ts';

/** Where text goes. `isTTY` decides whether bars are redrawn in place. */
export interface TextOutput {
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  write(text: string): unknown;
}

const WIDTH = 24;
const QUARTERS = [0.25, 0.5, 0.75];

/** Prints to a terminal with bars that redraw, and elsewhere with a few lines per bar. */
export class ConsoleReporter implements Reporter {
  readonly #output: TextOutput;
  readonly #now: () => number;
  #step = 0;
  #isDrawing = false;

  constructor(output: TextOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  step(title: string): void {
    this.#step += 1;
    this.#output.write(`\n${this.#step}. ${title}\n`);
  }

  message(text: string): void {
    this.#leaveBar();
    this.#output.write(`   ${text.replaceAll('\n', '\n   ')}\n`);
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
    const line = (row: readonly string[]): string =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
    const [head, ...body] = rows.map(line);
    this.message([head, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n'));
  }

  progress(label: string): ProgressBar {
    return this.#output.isTTY === true ? this.#drawn(label) : this.#told(label);
  }

  #drawn(label: string): ProgressBar {
    const start = this.#now();
    // A line that wraps cannot be redrawn.
    const draw = (text: string): void => {
      this.#output.write(`\r\u001B[2K   ${text.slice(0, (this.#output.columns ?? 120) - 4)}`);
      this.#isDrawing = true;
    };
    return {
      update: (fraction, note = '') => {
        const filled = Math.round(fraction * WIDTH);
        draw(`${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent(fraction)} ${note}`);
      },
      done: (summary) => {
        this.#output.write(`\r\u001B[2K   ${label} ✓ ${summary} (${this.#since(start)})\n`);
        this.#isDrawing = false;
      },
    };
  }

  #leaveBar(): void {
    if (this.#isDrawing) this.#output.write('\n');
    this.#isDrawing = false;
  }

  #told(label: string): ProgressBar {
    const start = this.#now();
    let told = 0;
    return {
      update: (fraction, note = '') => {
        const passed = QUARTERS.filter((quarter) => fraction >= quarter).length;
        if (passed > told) this.message(`${label} ${percent(fraction)} ${note}`.trimEnd());
        told = Math.max(told, passed);
      },
      done: (summary) => this.message(`${label} ✓ ${summary} (${this.#since(start)})`),
    };
  }

  #since(start: number): string {
    return `${((this.#now() - start) / 1_000).toFixed(1)} s`;
  }
}

function percent(fraction: number): string {
  return `${String(Math.round(fraction * 100)).padStart(3)} %`;
}
