import { expect, it } from 'vitest';
import { isLoopback, nodeUrl } from './node-url.ts';

it.each([
  'ftp://10.0.0.5',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'node-1:8080',
  '//10.0.0.5',
  '',
  'http://user@10.0.0.5',
  'http://user:secret@10.0.0.5',
  'http://0.0.0.0:8080',
  'http://0:8080',
  'http://0x0.0',
  'http://[::]:8080',
  'http://[::ffff:0.0.0.0]:8080',
  'http://169.254.169.254/latest',
  'http://[::ffff:169.254.169.254]',
  'http://[fe80::1]',
  'http://224.0.0.1',
  'http://[ff02::1]',
  'http://255.255.255.255',
  'http://192.0.2.1',
  'http://[2001:db8::1]',
  'http://10.0.0.5:0',
  'http://10.0.0.5/?to=http://evil',
  'http://10.0.0.5/#',
  'http://10.0.0.5/?',
  'http://*:8080',
  'http://node.invalid',
  `http://${'a'.repeat(64)}.net`,
  `http://10.0.0.5/${'a'.repeat(500)}`,
  `http://${'a.'.repeat(130)}net`,
])('%s is no address of a node', (text) => {
  expect(nodeUrl.safeParse(text).success).toBe(false);
});

it.each([
  ['http://10.0.0.5:8080/', 'http://10.0.0.5:8080'],
  ['https://node-1.edge.svc.cluster.local', 'https://node-1.edge.svc.cluster.local'],
  ['https://Models.Shop.NET/serving//', 'https://models.shop.net/serving'],
  ['http://node_1:8080', 'http://node_1:8080'],
  ['http://[fd00::5]:8080', 'http://[fd00::5]:8080'],
  ['http://0x7f.1:8080', 'http://127.0.0.1:8080'],
  ['http://2130706433', 'http://127.0.0.1'],
  ['http://bücher.net', 'http://xn--bcher-kva.net'],
  ['http://node\t-1\n:80/a', 'http://node-1/a'],
])('%s is kept as %s', (text, kept) => {
  expect(nodeUrl.parse(text)).toBe(kept);
});

it.each(['http://127.0.0.1:1', 'http://127.8.8.8', 'http://[::1]:1', 'http://[::ffff:127.0.0.1]', 'http://localhost', 'http://a.localhost.'])(
  '%s is the machine of whoever calls it',
  (url) => expect(isLoopback(url)).toBe(true),
);

it.each(['http://10.0.0.1', 'http://localhost.net', 'http://[fd00::1]'])('%s is a machine of its own', (url) => expect(isLoopback(url)).toBe(false));
