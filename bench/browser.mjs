// Starts the browser that pages are measured in, with the Playwright of the browser tests.
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../end2end/package.json', import.meta.url))('@playwright/test');

/** Launches Chromium. */
export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--no-first-run'],
  });
