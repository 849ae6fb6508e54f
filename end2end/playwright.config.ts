// Two projects: with JavaScript, and without.
// `*.hydrated.spec.ts` runs only in the first, `*.no-scripts.spec.ts` only in the second, and all other specs in both.

import { defineConfig, devices } from '@playwright/test';

const isRoot = process.getuid?.() === 0;
const executablePath = process.env.CHROMIUM;

export default defineConfig({
  testDir: 'specs',
  globalSetup: './servers.ts',
  fullyParallel: true,
  workers: 2,
  // A busy machine can cause a timeout once. Playwright reports flaky tests.
  retries: process.env.CI ? 1 : 0,
  timeout: 30_000,
  expect: { timeout: 10_000, toMatchAriaSnapshot: { pathTemplate: 'specs/trees/{arg}{ext}' } },
  forbidOnly: Boolean(process.env.CI),
  // `--update-snapshots` writes them.
  updateSnapshots: 'none',
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: {
      // Without CHROMIUM, Playwright's browser is used.
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
