import { expect, test } from 'vitest';
import { frameByLlhttp, frameByUs, type Framing } from './framing-oracle.fixture.ts';

const CASES = 5000;
const TIMEOUT = 60_000;

/** Numbers that look random and are the same in every run: mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof seeded>;

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;

function validRequest(random: Random): string {
  const path = pick(random, ['/', '/v2', '/v2/models/m/infer?a=b', 'http://example.org/v2', '/%41//..']);
  const fields = [
    'host: a',
    ...(random(2) === 0 ? [`x-mark: ${random(100)}`] : []),
    ...(random(3) === 0 ? ['Accept: */*'] : []),
    ...(random(12) === 0 ? ['Connection: close'] : []),
  ];
  const kind = random(3);
  const body = 'abcdefghijklmnopqrstuvwxyz0123456789'.slice(0, random(36));
  if (kind === 0) return `GET ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`;
  if (kind === 1) fields.push(`Content-Length: ${body.length}`);
  else fields.push('Transfer-Encoding: chunked');
  const at = random(body.length + 1);
  const chunk = (text: string): string =>
    text === '' ? '' : `${text.length.toString(16)}${pick(random, ['', '', ';a', ';a=b', ';a;b=c', ';a="b;c"', ';a="\\"";d'])}\r\n${text}\r\n`;
  const chunks = `${chunk(body.slice(0, at))}${chunk(body.slice(at))}0\r\n${pick(random, ['', '', 'x-sum: 1\r\n'])}\r\n`;
  return `POST ${path} HTTP/1.1\r\n${fields.toSorted(() => random(3) - 1).join('\r\n')}\r\n\r\n${kind === 1 ? body : chunks}`;
}

/** What has fooled servers before. */
const SMUGGLED = [
  '\r',
  '\n',
  '\r\n',
  '\n\n',
  ' ',
  '\t',
  '\0',
  '\x0b',
  '\x7f',
  '\xff',
  ':',
  ';',
  ',',
  '0',
  '-',
  '+',
  '0x',
  '#',
  '=',
  '"',
  'G',
  '\r\n ',
  '\r\n\t',
  '\r\n\r\n',
  '\r\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Content-Length:\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding : chunked\r\n',
  'Transfer-Encoding:\x0bchunked\r\n',
  'transfer-encoding: chunked, identity\r\n',
  'Connection: close\r\n',
  'Upgrade: h2c\r\n',
  '0\r\n\r\n',
  'GET /smuggled HTTP/1.1\r\nhost: b\r\n\r\n',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/0.9',
  'ffffffffffffffff',
  '99999999999999999999',
];

function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let i = 1 + random(2); i > 0; i--) {
    const lines = [...mutated.matchAll(/\r\n/g)].map(({ index }) => index + 2);
    const at = random(3) === 0 ? pick(random, lines.length === 0 ? [0] : lines) : random(mutated.length + 1);
    const dropped = pick(random, [0, 0, 1, 1, 2]);
    const added = random(4) === 0 ? String.fromCharCode(random(256)) : random(5) === 0 ? '' : pick(random, SMUGGLED);
    mutated = mutated.slice(0, at) + added + mutated.slice(at + dropped);
  }
  return mutated;
}

function cut(random: Random, stream: Buffer): Buffer[] {
  const places = Array.from({ length: random(6) }, () => random(stream.length + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((from, index) => stream.subarray(from, places[index] ?? stream.length));
}

const streamOf = (random: Random): string => Array.from({ length: 1 + random(3) }, () => validRequest(random)).join('');

test(
  `${CASES} valid streams are read by us as by llhttp, however they are cut`,
  () => {
    const random = seeded(1);
    const disagreed: object[] = [];
    for (let i = 0; i < CASES; i++) {
      const stream = Buffer.from(streamOf(random), 'latin1');
      const ours = frameByUs(cut(random, stream));
      const theirs = frameByLlhttp(stream);
      if (ours.refused || differences(ours, theirs).length > 0) disagreed.push({ stream: stream.toString('latin1'), ours, theirs });
    }
    expect(disagreed).toEqual([]);
  },
  TIMEOUT,
);

test(
  `of ${CASES} altered streams, we accept none that llhttp refuses, and see the same requests where both accept`,
  () => {
    const random = seeded(2);
    let refused = 0;
    const disagreed: object[] = [];
    for (let i = 0; i < CASES; i++) {
      const text = mutate(random, streamOf(random));
      const stream = Buffer.from(text, 'latin1');
      const ours = frameByUs(cut(random, stream));
      const whole = frameByUs([stream]);
      if (whole.refused !== ours.refused || differences(ours, whole).length > 0 || differences(whole, ours).length > 0) disagreed.push({ text, ours, whole });
      const theirs = frameByLlhttp(stream);
      if (ours.refused) refused++;
      if (differences(ours, theirs).length > 0) disagreed.push({ text, ours, theirs });
    }
    expect(disagreed).toEqual([]);
    expect(refused).toBeGreaterThan(CASES / 4);
    expect(refused).toBeLessThan(CASES);
  },
  TIMEOUT,
);

/** Every request that we accept must be one that llhttp accepts in the same place with the same body. */
function differences(ours: Framing, theirs: Framing): string[] {
  return ours.requests.filter((request, index) => request !== theirs.requests[index]);
}
