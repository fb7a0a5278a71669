/** What mistakes cost, in USD per flight. They are stated here, once; everything about money follows from them and the outcomes. */
export const COSTS = {
  /** Somebody was warned of a flight that came in time: a call to the service desk, some goodwill. */
  needlessWarning: 8,
  /** Nobody was warned of a flight that came late: care, rebooking, a missed connection. */
  missingWarning: 24,
} as const;

export const COST_UNIT = 'USD per 1,000 flights';
