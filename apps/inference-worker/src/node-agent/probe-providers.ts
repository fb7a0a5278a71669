import { EXECUTION_PROVIDERS, type ExecutionProvider } from '@millrace/contracts';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A driver that hangs counts as one that does not work. */
const PROBE_MILLISECONDS = 30_000;

interface Finding {
  readonly provider: ExecutionProvider;
  readonly works: boolean;
}

/**
 * The execution providers that run on this machine. Each computes a one-node model, because ONNX Runtime lists providers by
 * how it was compiled, and asking for one whose library is absent throws. It happens in another process: a library that
 * crashes or complains there does no harm here, and one that is not used takes no memory.
 */
export async function probeProviders(): Promise<readonly ExecutionProvider[]> {
  const findings: Finding[] = [];
  while (findings.length < EXECUTION_PROVIDERS.length) {
    const left = EXECUTION_PROVIDERS.slice(findings.length);
    const found = await probe(left);
    findings.push(...found);
    // The one after the last that was heard of ended the process.
    const [culprit] = left.slice(found.length);
    if (culprit !== undefined) findings.push({ provider: culprit, works: false });
  }
  return findings.filter(({ works }) => works).map(({ provider }) => provider);
}

function probe(providers: readonly ExecutionProvider[]): Promise<readonly Finding[]> {
  const fromSource = import.meta.url.endsWith('.ts');
  const child = fork(fileURLToPath(new URL(`./probe-providers.child${fromSource ? '.ts' : '.js'}`, import.meta.url)), providers, {
    execArgv: fromSource ? ['--conditions=@millrace/source'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const findings: Finding[] = [];
  child.on('message', (finding) => findings.push(finding as Finding));
  const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_MILLISECONDS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(findings);
    });
  });
}
