import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../authorisation/scopes.ts';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';
import { HostileDocuments } from '../fixtures/hostile/hostile-documents.ts';
import { hostileHttp, statusesIn } from '../fixtures/hostile/hostile-http.ts';
import { hostileSocket } from '../fixtures/hostile/hostile-sockets.ts';
import { Random } from '../fixtures/hostile/random.ts';
import { rootCalls } from '../fixtures/root-calls.fixture.ts';
import { printedSchema } from '../schema/build-schema.ts';

const requests = Number(process.env['HOSTILE_REQUESTS'] ?? 3000);
const seed = Number(process.env['HOSTILE_SEED'] ?? 1);
const CALLERS = 8;
/** What an answer says of a mistake, and no more, however large the mistake is. */
const MAXIMUM_MESSAGE = 2000;
const MAXIMUM_RESIDENT_BYTES = 1.5 * 1024 ** 3;
/** Another tenant is answered within this: a limit for hanging, not for speed. */
const HANGING_MILLISECONDS = 30_000;

let plane: TestControlPlane;
let hostile: TestClient;
let other: TestClient;
let documents: HostileDocuments;
const random = new Random(seed);
const bad: string[] = [];

beforeAll(async () => {
  plane = await startTestControlPlane({ SLOW_PEER_SECONDS: 1 });
  hostile = await plane.workspace([...SCOPES]);
  other = await plane.workspace();
  documents = new HostileDocuments(random, buildSchema(printedSchema()), await rootCalls(hostile.workspace));
});
afterAll(() => plane.close());

interface Answer {
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly error?: { readonly code: string; readonly message: string };
}

function judge(sent: string, status: number, text: string): void {
  const complain = (what: string): void => void bad.push(`${what}\n  sent: ${sent.slice(0, 500)}\n  answer: ${text.slice(0, 500)}`);
  if (status >= 500 && status !== 503) complain(`status ${status}`);
  if (text === '' || !text.startsWith('{')) return;
  const { errors = [], error } = JSON.parse(text) as Answer;
  for (const { message, code } of [...errors.map((one) => ({ message: one.message, code: one.extensions?.code })), ...(error === undefined ? [] : [error])]) {
    if (code === undefined || code === 'INTERNAL') complain(`code ${code}`);
    if (message.length > MAXIMUM_MESSAGE) complain(`a message of ${message.length} characters`);
  }
}

async function sendDocument(): Promise<void> {
  const body = documents.next();
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    authorization: `Bearer ${random.chance(0.95) ? hostile.secret : 'mlr_nobody'}`,
  };
  if (random.chance(0.1)) headers['idempotency-key'] = random.one(['a', 'b', `${random.below(20)}`]);
  const response = await fetch(`${plane.url}/graphql`, { method: 'POST', headers, body });
  judge(body, response.status, await response.text());
}

async function sendHttp(): Promise<void> {
  const answer = await hostileHttp(random, plane.url, hostile.secret);
  for (const status of statusesIn(answer)) judge('raw HTTP', status, '');
  if (answer.includes('"INTERNAL"')) bad.push(`raw HTTP: ${answer.slice(0, 800)}`);
}

async function sendSocket(): Promise<void> {
  const said = await hostileSocket(random, documents, plane.url, hostile.secret);
  for (const message of said) if (message.includes('"INTERNAL"') || /^closed (1011|4500)/.test(message)) bad.push(`socket: ${message.slice(0, 800)}`);
}

async function upload(): Promise<void> {
  const headers = { authorization: `Bearer ${hostile.secret}`, 'content-type': random.one(['', 'application/json', 'x/y', 'text/plain']) };
  const response = await fetch(`${plane.url}/artifacts`, { method: 'PUT', headers, body: random.one(['', 'x', 'x'.repeat(1_000_001), '{"a":1}']) });
  judge('an upload', response.status, await response.text());
}

async function attack(left: { count: number }): Promise<void> {
  while (left.count > 0 && bad.length < 20) {
    left.count -= 1;
    const kind = random.fraction();
    await (kind < 0.8 ? sendDocument() : kind < 0.9 ? sendHttp() : kind < 0.97 ? sendSocket() : upload());
  }
}

describe(`callers who mean no good: ${requests} requests, seed ${seed}`, () => {
  it(
    'get clean answers, end nothing, and keep nobody waiting',
    async () => {
      const waited: number[] = [];
      const resident: number[] = [];
      const left = { count: requests };
      const attacks = Promise.all(Array.from({ length: CALLERS }, () => attack(left)));
      const state = { over: false };
      void attacks.finally(() => (state.over = true));
      while (!state.over) {
        const from = performance.now();
        await other.send('{ useCases(first: 5) { nodes { id name } } }');
        waited.push(performance.now() - from);
        resident.push(process.memoryUsage.rss());
      }
      await attacks;
      expect(bad.join('\n\n')).toBe('');
      const metrics = await (await fetch(`${plane.url}/metrics`)).text();
      expect(metrics).toContain('millrace_internal_errors_total 0');
      const sorted = waited.toSorted((a, b) => a - b);
      const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
      process.stdout.write(
        `another tenant: ${sorted.length} queries, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; resident ${Math.round(Math.max(...resident) / 1024 ** 2)} MiB\n`,
      );
      expect(at(1)).toBeLessThan(HANGING_MILLISECONDS);
      expect(Math.max(...resident)).toBeLessThan(MAXIMUM_RESIDENT_BYTES);
    },
    60_000 + requests * 100,
  );
});
