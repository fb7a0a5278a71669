/** What is known when a plane leaves the gate. The pipeline and the client compute it by the same text, so they cannot differ. */
export const FEATURES = ['origin', 'destination', 'distance', 'minute_of_day', 'weekday', 'origin_last_hour', 'destination_last_hour'] as const;

/** A flight is late when it arrives 15 minutes or more after its time. */
export const LATE_MINUTES = 15;

/**
 * SELECT over `source` for the flights that left within [from, to). How busy the airports are is counted from the hour before each
 * departure: later departures are not known yet. The hour before `from` is read for the first flights of the interval.
 */
export function featuresSql(source: string, from: string, to: string, more = ''): string {
  const lastHour = 'ORDER BY date RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND INTERVAL 1 MINUTE PRECEDING';
  return `
SELECT * FROM (
  SELECT
    date AS departed_at,
    strftime(date, '%Y-%m') AS month,
    origin,
    destination,
    CAST(distance AS INTEGER) AS distance,
    CAST(hour(date) * 60 + minute(date) AS INTEGER) AS minute_of_day,
    CAST(isodow(date) AS INTEGER) AS weekday,
    CAST(count(*) OVER (PARTITION BY origin ${lastHour}) AS INTEGER) AS origin_last_hour,
    CAST(count(*) OVER (PARTITION BY destination ${lastHour}) AS INTEGER) AS destination_last_hour,
    CAST(delay AS INTEGER) AS delay,
    CAST(delay >= ${LATE_MINUTES} AS INTEGER) AS late${more}
  FROM ${source}
  WHERE date >= ${from} - INTERVAL 1 HOUR AND date < ${to}
) AS flights_with_features
WHERE departed_at >= ${from}`;
}
