/** What is counted, with what it says to whoever reads `/metrics`. */
const COUNTERS = {
  millrace_requests_total: 'Operations that were executed, by lane.',
  millrace_refused_total: 'Requests that were sent away because a lane was full.',
  millrace_internal_errors_total: 'Errors that nobody foresaw: each is a bug, and the log has it.',
  millrace_slow_peers_cut_total: 'Connections that were cut because the peer sent or took its bytes too slowly.',
  millrace_sockets_closed_total: 'WebSockets that were closed by the server, by reason.',
} as const;
export type CounterName = keyof typeof COUNTERS;

const GAUGES = {
  millrace_lane_running: 'Operations that run now, by lane.',
  millrace_lane_waiting: 'Operations that wait for a slot, by lane.',
  millrace_sockets: 'WebSockets that are open.',
  millrace_subscriptions: 'Subscriptions that are open.',
  millrace_lakehouse_disagreements: 'Commits and dataset versions that the last reconciliation found apart, by kind.',
  millrace_sweep_age_seconds: 'Time since a sweep was done.',
  millrace_sweep_removed: 'What the last sweep removed: rows, files and bytes together.',
} as const;
export type GaugeName = keyof typeof GAUGES;

/** Counters and gauges of this process, as Prometheus reads them. */
export class Metrics {
  readonly #counts = new Map<CounterName, Map<string, number>>();
  readonly #gauges: { readonly name: GaugeName; readonly labels: string; readonly read: () => number }[] = [];

  count(name: CounterName, labels: Readonly<Record<string, string>> = {}): void {
    const counts = this.#counts.get(name) ?? new Map<string, number>();
    const key = labelled(labels);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    this.#counts.set(name, counts);
  }

  gauge(name: GaugeName, labels: Readonly<Record<string, string>>, read: () => number): void {
    this.#gauges.push({ name, labels: labelled(labels), read });
  }

  /** The sum of a counter over its labels. */
  total(name: CounterName): number {
    return [...(this.#counts.get(name)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  text(): string {
    const counters = Object.entries(COUNTERS).flatMap(([name, help]) => {
      const counts = this.#counts.get(name as CounterName) ?? new Map([['', 0]]);
      return [...header(name, help, 'counter'), ...[...counts].map(([labels, count]) => `${name}${labels} ${count}`)];
    });
    const gauges = Object.entries(GAUGES).flatMap(([name, help]) => [
      ...header(name, help, 'gauge'),
      ...this.#gauges.filter((gauge) => gauge.name === name).map(({ labels, read }) => `${name}${labels} ${read()}`),
    ]);
    return `${[...counters, ...gauges].join('\n')}\n`;
  }
}

function header(name: string, help: string, type: 'counter' | 'gauge'): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** Labels are words of ours, never of callers, so nothing in them needs escaping and there are few. */
function labelled(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
