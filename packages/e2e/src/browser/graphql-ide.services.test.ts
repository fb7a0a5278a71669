import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { startBrowser } from './browser.ts';
import { openWatchedPage, type WatchedPage } from './watched-page.ts';

const LONG = { timeout: 15_000 };
const QUERY = '.graphiql-query-editor';
const HEADERS = '.graphiql-editor-tool';

let system: MillraceSystem;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([MillraceSystem.start(() => Promise.resolve()), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});

test('the IDE opens from our own port alone, without an error, and answers a query that carries a token', async () => {
  const { page, requests, complaints } = await openIde();
  await replaceText(page, HEADERS, JSON.stringify({ Authorization: `Bearer ${system.token}` }));
  await page.getByRole('button', { name: /execute/i }).click();
  await expect.poll(() => resultOf(page), LONG).toMatch(/"workspace":\s*"default"/);

  await page.getByRole('button', { name: /documentation/i }).click();
  await expect.poll(() => page.locator('.graphiql-doc-explorer').textContent(), LONG).toContain('Subscription');
  await keepScreenshot(page, 'graphql-ide.png');
  expect(requests).toContain(`${system.url}/graphql/assets/graphql.worker.js`);
  expect(requests.filter((url) => !isOurs(url))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a subscription in the IDE carries the same token and shows each change', async () => {
  const { id } = await system.millrace.useCases.create({ name: 'Followed in the IDE', problem: 'Somebody looks on.' });
  const { page, requests, complaints } = await openIde();
  await replaceText(page, HEADERS, JSON.stringify({ Authorization: `Bearer ${system.token}` }));
  await replaceText(page, QUERY, `subscription { useCaseChanged(id: "${id}") { name status } }`);
  // The IDE parses a moment after the paste, and stores what it has parsed. A click before that asks for the operation that was there.
  await expect.poll(() => page.evaluate('Object.values(localStorage).join()'), LONG).toContain(id);
  await page.getByRole('button', { name: /execute/i }).click();
  await expect.poll(() => resultOf(page), LONG).toContain('PROPOSED');
  await system.millrace.useCases.retire(id);
  await expect.poll(() => resultOf(page), LONG).toContain('RETIRED');
  await keepScreenshot(page, 'graphql-ide-subscription.png');
  expect(requests.filter((url) => !isOurs(url))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a query without a good token shows the refusal and its code', async () => {
  const { page } = await openIde();
  await page.getByRole('button', { name: /execute/i }).click();
  await expect.poll(() => resultOf(page), LONG).toContain('UNAUTHENTICATED');
});

async function openIde(): Promise<WatchedPage> {
  const watched = await openWatchedPage(browser);
  await watched.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await watched.page.goto(`${system.url}/graphql`);
  await expect.poll(() => watched.page.locator(`${QUERY} .view-lines`).textContent(), LONG).toContain('viewer');
  return watched;
}

/** Pastes, as a person does with a token: the editor would close quotes that are typed. */
async function replaceText(page: Page, editor: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.locator(`${editor} .monaco-editor:visible`).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
}

function resultOf(page: Page): Promise<string | null> {
  return page.locator('.result-window').textContent();
}

/** For whoever wants to look: into the folder `SCREENSHOTS`, where it is given. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, name) });
}

/** Whether a URL is of the control plane, or carries its content in itself. */
function isOurs(url: string): boolean {
  const socket = system.url.replace('http', 'ws');
  return [`${system.url}/`, `blob:${system.url}/`, `${socket}/`, 'data:'].some((start) => url.startsWith(start));
}
