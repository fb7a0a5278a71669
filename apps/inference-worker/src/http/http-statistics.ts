/** Counts of one server since it was started. */
export interface HttpStatistics {
  readonly openConnections: number;
  readonly acceptedConnections: number;
  /** Connections beyond the limit. */
  readonly refusedConnections: number;
  readonly requestsByStatus: Readonly<Record<number, number>>;
  /** Requests whose clients were gone before the answer. */
  readonly abandonedRequests: number;
}

/** Counts while the server runs. */
export class HttpCounters {
  accepted = 0;
  refused = 0;
  abandoned = 0;
  private readonly byStatus = new Float64Array(600);

  countAnswer(status: number): void {
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
  }

  report(openConnections: number): HttpStatistics {
    const requestsByStatus: Record<number, number> = {};
    this.byStatus.forEach((count, status) => {
      if (count > 0) requestsByStatus[status] = count;
    });
    return {
      openConnections,
      acceptedConnections: this.accepted,
      refusedConnections: this.refused,
      requestsByStatus,
      abandonedRequests: this.abandoned,
    };
  }
}
