// The accessibility trees of pages, compared with reviewed files in `trees/`.
// After an intended change, run `scripts/check browser tree --update-snapshots` and review the difference.

import { test, expect, waitUntilHydrated } from '../fixtures.ts';

test('home page', async ({ page, at }) => {
  await page.goto(`${at.plain}/`);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'home.aria.yml' });
});

test('page of a provider', async ({ page, at }) => {
  await page.goto(`${at.kinds}/kinds`);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'provider.aria.yml' });
});

test('operation page', async ({ page, at }) => {
  await page.goto(`${at.plain}/stytch/apiUserV1Create`);
  await waitUntilHydrated(page);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'operation.aria.yml' });
});

test('page of an address that does not exist', async ({ page, at, faults }) => {
  faults.expect(/404/);
  await page.goto(`${at.plain}/stytch/nothing`);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'not-found.aria.yml' });
});

test('sign-in page', async ({ page, at }) => {
  await page.goto(`${at.sdk}/sign-in`);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'sign-in.aria.yml' });
});
