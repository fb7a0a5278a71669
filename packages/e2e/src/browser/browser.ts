import { chromium, type Browser } from 'playwright-core';

/** Nothing but the pages that a test opens may ask the network for anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium of `CHROMIUM_PATH`, headless. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('The browser suite needs CHROMIUM_PATH: a Chromium of the machine.');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
