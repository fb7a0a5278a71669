import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { startBrowser } from './browser.ts';
import { openWatchedPage } from './watched-page.ts';

const LONG = { timeout: 15_000 };

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
  const { page, requests, complaints } = await openWatchedPage(browser);
  await page.goto(`${system.url}/graphql`);
  await expect.poll(() => page.locator('.graphiql-query-editor .view-lines').textContent(), LONG).toContain('viewer');
  await replaceHeaders(page, { Authorization: `Bearer ${system.token}` });
  await page.getByRole('button', { name: /execute/i }).click();
  await expect.poll(() => page.locator('.result-window').textContent(), LONG).toMatch(/"workspace":\s*"default"/);

  await page.getByRole('button', { name: /documentation/i }).click();
  await expect.poll(() => page.locator('.graphiql-doc-explorer').textContent(), LONG).toContain('Query');
  const screenshot = process.env['SCREENSHOTS'];
  if (screenshot !== undefined) await page.screenshot({ path: join(screenshot, 'graphql-ide.png') });
  expect(requests.length).toBeGreaterThan(5);
  expect(requests.filter((url) => !isOf(system.url, url))).toEqual([]);
  expect(complaints).toEqual([]);
});

/** As a person does it: the editor would close quotes that are typed. */
async function replaceHeaders(page: Page, headers: Readonly<Record<string, string>>): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(JSON.stringify(headers))})`);
  await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
}

/** Whether a URL is of an origin, or carries its content in itself. */
function isOf(origin: string, url: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`) || url.startsWith('data:');
}
