// The console: what a reader needs for a call is in view without scrolling.

import type { Locator, Page } from '@playwright/test';
import { expect, hasScripts, openFolded, test } from '../fixtures.ts';

const DESKTOP = { width: 1366, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Returns the distance of an element's lower edge from the top of the window, in pixels. */
async function bottomOf(element: Locator): Promise<number> {
  return element.evaluate((found) => found.getBoundingClientRect().bottom);
}

async function tabsTo(page: Page, element: Locator): Promise<number> {
  for (let count = 1; count < 100; count += 1) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((found) => found === document.activeElement)) return count;
  }
  return Infinity;
}

for (const [name, size, lowest] of [['desktop', DESKTOP, 760], ['phone', PHONE, PHONE.height]] as const) {
  test(`on a ${name}, Send and the status of the response are in view without scrolling`, async ({ at, page, parts }) => {
    await page.setViewportSize(size);
    await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
    expect(await bottomOf(parts.send)).toBeLessThanOrEqual(lowest);
    await parts.send.click();
    await expect(parts.status).toContainText('200 OK');
    await expect(parts.send).toBeInViewport();
    if (name === 'desktop') {
      await expect(parts.status).toBeInViewport();
      expect(await page.evaluate(() => scrollY)).toBe(0);
    } else {
      await expect(page.locator('.bar-status')).toBeInViewport();
      await expect(page.locator('.bar-status')).toContainText('200');
    }
  });
}

test('Send is at most 45 Tabs away', async ({ at, page, parts }) => {
  await page.setViewportSize(DESKTOP);
  await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
  expect(await tabsTo(page, parts.send)).toBeLessThanOrEqual(45);
});

test('before the first call, the documented example is shown', async ({ at, page, parts }) => {
  await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
  await expect(parts.response).toContainText('Send the request to see the response. Example from the documentation, status 200:');
  await expect(parts.response).toContainText('user_id');
  await expect(parts.status).toBeEmpty();
});

test('optional fields are folded until the reader opens them', async ({ at, page, parts, faults }) => {
  if (!hasScripts()) faults.expect(/^console: .*status of 400/);
  await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
  await expect(parts.input('email')).toBeVisible();
  await expect(parts.input('external_id')).toBeHidden();
  await page.getByText(/^\d+ optional fields$/).click();
  await parts.input('external_id').fill('x y');
  await parts.send.click();
  await expect(parts.input('external_id')).toBeVisible();
  await expect(parts.input('external_id')).toBeFocused();
  await expect(parts.input('external_id')).toHaveAttribute('aria-invalid', 'true');
});

test('a link contains the arguments, without secrets and placeholders', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('shared@b.c');
  await parts.input('phone_number').fill('{{response 1.session_token}}');
  const link = page.getByRole('link', { name: 'Copy link', exact: true });
  if (hasScripts()) {
    await expect(link).toHaveAttribute('href', /shared/);
  } else {
    await page.getByRole('button', { name: 'Add to roles', exact: true }).click();
  }
  const address = await link.evaluate((found) => (found as HTMLAnchorElement).href);
  expect(address).not.toContain('session_token');
  await openFolded(page, address);
  await expect(parts.input('email')).toHaveValue('shared@b.c');
  await expect(parts.snippet).toContainText("email: 'shared@b.c'");
});

test('the form can be emptied', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('a@b.c');
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(parts.input('email')).toHaveValue('');
  await expect(parts.snippet).toContainText('apiUserV1Create()');
});
