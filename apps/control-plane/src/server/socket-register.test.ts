import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { SOCKET_LIMITS, SocketRegister, type OpenSocket } from './socket-register.ts';

const open = (register: SocketRegister, workspaceId: string, tokenId: string, ids: string[] = []): OpenSocket => {
  const socket: OpenSocket = { socket: {} as WebSocket, holder: { workspaceId, tokenId }, subscriptions: () => ids, weights: new Map() };
  register.add(socket);
  return socket;
};
const limits = { ...SOCKET_LIMITS, weightPerToken: 10, weightPerWorkspace: 15, weight: 20 };

it('what subscriptions weigh is shared by token and workspace, and is free again when they end', () => {
  const register = new SocketRegister(limits);
  const followed = ['1', '2'];
  const socket = open(register, 'a', 'x', followed);
  const second = open(register, 'a', 'x', ['1']);
  expect(register.mayFollow(socket, '1', 6)).toBe(true);
  expect(register.mayFollow(second, '1', 5)).toBe(false);
  expect(register.mayFollow(second, '1', 4)).toBe(true);
  const other = open(register, 'a', 'y', ['1']);
  expect(register.mayFollow(other, '1', 6)).toBe(false);
  expect(register.mayFollow(other, '1', 5)).toBe(true);
  const elsewhere = open(register, 'b', 'z', ['1']);
  expect(register.mayFollow(elsewhere, '1', 6)).toBe(false);
  expect(register.mayFollow(elsewhere, '1', 5)).toBe(true);
  followed.shift();
  expect(register.mayFollow(socket, '2', 6)).toBe(true);
  expect([...socket.weights.keys()]).toEqual(['2']);
});
