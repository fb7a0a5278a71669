import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** Longer than any address that somebody types. */
const MAXIMUM_CHARACTERS = 500;

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

const LOOPBACK = blockListOf([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/** Addresses under which no caller reaches a node: "any", link-local (where clouds keep their secrets), multicast, reserved, documentation, discard. */
const NOWHERE = blockListOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
]);

/**
 * Where callers reach a node. They send it their tokens, so an address that cannot be one of a node is refused. It is kept as the
 * parser of URLs reads it: `http://0x7f.1/` and `http://127.0.0.1` are one.
 */
export const nodeUrl = z
  .string()
  .max(MAXIMUM_CHARACTERS)
  .transform((text, context) => {
    const url = URL.parse(text);
    const wrong = url === null ? 'must be an http or https URL' : wrongWith(url);
    if (wrong === undefined && url !== null) return url.href.replace(/\/+$/, '');
    context.addIssue({ code: 'custom', message: wrong ?? 'is not valid' });
    return z.NEVER;
  });

/** Whether an address means the machine of whoever calls it. */
export function isLoopback(url: string): boolean {
  return isLoopbackHost(hostOf(new URL(url)));
}

/** Whether a server that listens on this host hears its own machine only. */
export function isLoopbackHost(host: string): boolean {
  return /(^|\.)localhost\.?$/.test(host) || contains(LOOPBACK, host);
}

function wrongWith(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (url.search !== '' || url.hash !== '' || url.href.includes('?') || url.href.includes('#')) return 'must end with its path, without ? and #';
  if (url.port === '0') return 'must name the port that the node listens on, not 0';
  const host = hostOf(url);
  if (isIP(host) === 0) return isHostName(host) ? undefined : 'must name a host that callers can reach';
  return contains(NOWHERE, host) ? `must be an address that callers can reach, which ${host} is not: set PUBLIC_URL of the node` : undefined;
}

function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return host.length <= 253 && labels.every((label) => LABEL.test(label)) && labels.at(-1) !== 'invalid';
}

function contains(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function blockListOf(subnets: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
