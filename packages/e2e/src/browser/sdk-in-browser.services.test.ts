import type * as sdk from '@millrace/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { startBrowser } from './browser.ts';
import { bundleSdk } from './sdk-bundle.ts';
import { openWatchedPage, type WatchedPage } from './watched-page.ts';

declare const MillraceSdk: typeof sdk;

let system: MillraceSystem;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let connection: { readonly url: string; readonly token: string };
beforeAll(async () => {
  [system, browser] = await Promise.all([MillraceSystem.start(() => Promise.resolve()), startBrowser()]);
  connection = { url: system.url, token: system.token };
  watched = await openWatchedPage(browser);
  page = watched.page;
  await openPageWithSdk(page, system.url);
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

/** The control plane answers its own origin only, so the script goes into a plain page of its. A page made by `route` would not do: Chromium keeps its sockets off this machine. */
async function openPageWithSdk(target: Page, origin: string): Promise<void> {
  await target.goto(`${origin}/health/live`);
  await target.addScriptTag({ content: await bundleSdk() });
}

test('a page creates a use case and follows its changes over one WebSocket', async () => {
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  const seen = await page.evaluate(async ({ url, token }) => {
    const millrace = new MillraceSdk.Millrace({ url, token });
    const { id } = await millrace.useCases.create({ name: 'Seen from a browser', problem: 'Pages want to follow along.' });
    const states: string[] = [];
    for await (const { name, status } of millrace.useCases.watch(id)) {
      states.push(`${name}: ${status}`);
      if (states.length === 1) await millrace.useCases.retire(id);
    }
    await millrace.close();
    return states;
  }, connection);
  expect(seen).toEqual(['Seen from a browser: PROPOSED', 'Seen from a browser: RETIRED']);
  expect(frames.find((frame) => frame.includes('useCaseChanged'))).toContain('Seen from a browser');
  expect(watched.requests.filter((url) => url.startsWith('ws:'))).toEqual([`${system.url.replace('http', 'ws')}/graphql`]);
  expect(watched.requests.filter((url) => new URL(url).host !== new URL(system.url).host)).toEqual([]);
  // The icon that Chromium looks for beside any page is not there.
  expect(watched.complaints.filter((complaint) => !complaint.includes('/favicon.ico'))).toEqual([]);
});

test('an artifact that a page stores comes back byte by byte', async () => {
  const bytes = await page.evaluate(async ({ url, token }) => {
    const millrace = new MillraceSdk.Millrace({ url, token });
    const { digest } = await millrace.artifacts.put(new Uint8Array([0, 127, 255]));
    return [...(await millrace.artifacts.get(digest))];
  }, connection);
  expect(bytes).toEqual([0, 127, 255]);
});

test.each([
  ['NOT_FOUND', 'uc_00000000000000000000000000', undefined],
  ['UNAUTHENTICATED', 'uc_00000000000000000000000000', 'mlr_0000000000000000000000000000000000000000000'],
])('a page sees %s as an error of the class and with its code', async (code, id, token) => {
  const failure = await page.evaluate(
    async ([options, useCaseId]) => {
      try {
        await new MillraceSdk.Millrace(options).useCases.get(useCaseId);
        return undefined;
      } catch (error) {
        return error instanceof MillraceSdk.MillraceError ? { code: error.code, retryable: error.retryable, message: error.message } : String(error);
      }
    },
    [{ ...connection, ...(token !== undefined && { token }) }, id] as const,
  );
  expect(failure).toEqual({ code, retryable: false, message: expect.stringMatching(/.{10}/) });
});
