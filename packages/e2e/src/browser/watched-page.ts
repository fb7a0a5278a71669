import type { Browser, Page } from 'playwright-core';

/** A page, and everything that it asked for and complained about. */
export interface WatchedPage {
  readonly page: Page;
  /** URLs of every request and WebSocket, in their order. */
  readonly requests: readonly string[];
  /** Errors and warnings of its console, what its scripts threw, and requests that failed. */
  readonly complaints: readonly string[];
}

/** Opens an empty page in a context of its own. */
export async function openWatchedPage(browser: Browser): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  // Of the context, not of the page: so that what its workers ask for is seen too.
  context.on('request', (request) => requests.push(request.url()));
  context.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, requests, complaints };
}
