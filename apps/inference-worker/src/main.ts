import { MillraceError } from '@millrace/contracts';
import { Millrace } from '@millrace/sdk';
import { runProcess } from '@millrace/service-kit';
import { startNode } from './composition.ts';
import { readEnv } from './env.ts';
import { leaveProcess } from './engine/session/leave-process.ts';
import { readTlsFiles } from './http/read-tls-files.ts';
import { probeProviders } from './node-agent/probe-providers.ts';
import { sdkControlPlaneClient } from './node-agent/sdk-control-plane-client.ts';

await runProcess({
  name: 'inference-worker',
  exit: leaveProcess,
  start: async ({ logger }) => {
    const env = readEnv();
    const executionProviders = await probeProviders();
    if (!executionProviders.includes(env.EXECUTION_PROVIDER)) {
      throw new MillraceError('BAD_INPUT', `EXECUTION_PROVIDER is "${env.EXECUTION_PROVIDER}", but only ${executionProviders.join(', ')} run on this machine`, {
        fields: { executionProviders },
      });
    }
    // The agent tries again with every heartbeat, so a call does not need to try for long.
    const millrace = new Millrace({ url: env.CONTROL_PLANE_URL, token: env.NODE_TOKEN, webSocket: false, retries: { attempts: 2 } });
    const node = await startNode(
      {
        name: env.NODE_NAME,
        environment: env.ENVIRONMENT,
        host: env.HOST,
        port: env.PORT,
        grpcPort: env.GRPC_PORT,
        publicUrl: env.PUBLIC_URL,
        stateFolder: env.STATE_DIR,
        provider: env.EXECUTION_PROVIDER,
        executionProviders,
        access: env.PREDICT_ACCESS,
        heartbeatMilliseconds: env.HEARTBEAT_SECONDS * 1000,
        maximumBodyBytes: env.MAXIMUM_BODY_BYTES,
        maximumReceivingBytes: env.MAXIMUM_RECEIVING_BYTES,
        tls: await readTlsFiles(env.TLS_CERT_FILE, env.TLS_KEY_FILE),
        corsOrigins: env.CORS_ORIGINS,
        httpLimits: { connections: env.MAXIMUM_CONNECTIONS, idleMilliseconds: env.IDLE_SECONDS * 1000 },
        drainMilliseconds: env.DRAIN_SECONDS * 1000,
        stopTimeoutMilliseconds: env.STOP_TIMEOUT_SECONDS * 1000,
        loadTimeoutMilliseconds: env.LOAD_TIMEOUT_SECONDS * 1000,
        runTimeoutMilliseconds: env.RUN_TIMEOUT_SECONDS * 1000,
        modelRepository: env.MODEL_REPOSITORY === 'on',
        memoryBudgetBytes: env.MEMORY_BUDGET_BYTES,
        batch: { maximumBatchRows: env.MAXIMUM_BATCH_ROWS, maximumQueuedRows: env.MAXIMUM_QUEUED_ROWS },
        segments: { segmentRows: env.SEGMENT_ROWS, segmentMilliseconds: env.SEGMENT_SECONDS * 1000, backlogRows: env.BACKLOG_ROWS },
      },
      { client: sdkControlPlaneClient(millrace), logger },
    );
    return {
      ready: { url: node.url, ...(node.grpcPort === undefined ? {} : { grpcPort: node.grpcPort }) },
      graceSeconds: env.STOP_TIMEOUT_SECONDS + env.DRAIN_SECONDS,
      close: () => node.close(),
    };
  },
});
