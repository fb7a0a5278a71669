/** The months of the data, the end exclusive. Six flights of the file leave at midnight of 1 July and belong to none. */
export const MONTHS = ['2001-01', '2001-02', '2001-03', '2001-04', '2001-05', '2001-06'] as const;

export const TRAINING = { start: '2001-01-01T00:00:00Z', validationStart: '2001-03-16T00:00:00Z', end: '2001-04-01T00:00:00Z' } as const;
export const LIVE = { start: '2001-04-01T00:00:00Z', firstWeekEnd: '2001-04-08T00:00:00Z', end: '2001-07-01T00:00:00Z' } as const;
export const DAY_MILLISECONDS = 86_400_000;
export const WINDOW_SECONDS = 7 * 86_400;

/** The interval of a month given as `2001-01`. */
export function monthInterval(month: string): { readonly start: Date; readonly end: Date } {
  const start = new Date(`${month}-01T00:00:00Z`);
  return { start, end: new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)) };
}
