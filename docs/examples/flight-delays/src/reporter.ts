/** A long step's bar. `update` takes a fraction from 0 to 1; `done` leaves one line behind. */
export interface ProgressBar {
  update(fraction: number, note?: string): void;
  done(summary: string): void;
}

/** Whom the example tells what happens. */
export interface Reporter {
  /** A step of the loop begins. */
  step(title: string): void;
  message(text: string): void;
  /** Rows of cells; the first row is the head. */
  table(rows: readonly (readonly string[])[]): void;
  progress(label: string): ProgressBar;
}
