// Two projects: the page with its script, and the page as it is without scripts.
// `*.hydrated.spec.ts` runs in the first alone, `*.no-scripts.spec.ts` in the second, every other spec in both.

import { defineConfig, devices } from '@playwright/test';

const isRoot = process.getuid?.() === 0;
const executablePath = process.env.CHROMIUM;

export default defineConfig({
  testDir: 'specs',
  globalSetup: './servers.ts',
  fullyParallel: true,
  workers: 2,
  // A machine that does much else at once may be late once; what is late twice is broken. Playwright tells which were.
  retries: process.env.CI ? 1 : 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: {
      // Without CHROMIUM, Playwright's own browser.
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'hydrated', testIgnore: '*.no-scripts.spec.ts' },
    { name: 'no-scripts', testIgnore: '*.hydrated.spec.ts', use: { javaScriptEnabled: false } },
  ],
});
