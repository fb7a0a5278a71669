/** One process of the runtime. */
export interface ServiceSpec {
  readonly name: string;
  /** Path of its `main.js`. */
  readonly entry: string;
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** It takes any free port at first, and the same one again after a crash, so that others find it (`PORT`). */
  readonly keepsPort?: boolean;
  /** The same for the port of gRPC (`GRPC_PORT`). */
  readonly keepsGrpcPort?: boolean;
}

/** What a service says when it is ready: at least its pid, and its url where it has one. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly url?: string;
  /** Where it speaks gRPC, on the host of its url. */
  readonly grpcPort?: number;
}
