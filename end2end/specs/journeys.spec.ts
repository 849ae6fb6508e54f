// What readers come for, from the first page to the result, with the effort that it takes: clicks, scrolling, movement of the
// page.

import type { Page } from '@playwright/test';
import { expect, hasScripts, openFolded, test } from '../fixtures.ts';

const SIZES = { desktop: { width: 1366, height: 900 }, phone: { width: 390, height: 844 } };

/** Counts the clicks in a page. */
class Clicks {
  count = 0;

  constructor(readonly page: Page) {}

  async button(name: string): Promise<void> {
    this.count += 1;
    await this.page.getByRole('button', { name, exact: true }).click();
  }
}

/** Records layout shifts from the start of each page on. Those within half a second of an input count too. */
async function recordLayoutShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, shift) => sum + shift, 0));
}

for (const [name, size] of Object.entries(SIZES)) {
  test.describe(`on a ${name}`, () => {
    test.use({ viewport: size });

    test('a newcomer finds an operation and sees its response with two clicks', async ({ at, page, parts }) => {
      await page.goto(at.plain);
      const search = page.locator('#site-search');
      await search.fill('create a user');
      await search.press('Enter');
      const found = page.getByRole('main').getByRole('link', { name: /Create a user/ }).first();
      if ((await page.locator('.try-it').count()) === 0) await found.click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create a user');
      const clicks = new Clicks(page);
      await clicks.button('Example');
      await expect(parts.input('email')).not.toHaveValue('');
      await clicks.button('Send');
      await expect(parts.status).toContainText('200 OK');
      expect(clicks.count).toBe(2);
      const seen = name === 'desktop' ? parts.status : page.locator('.bar-status');
      await expect(seen).toBeInViewport();
      await expect(parts.send).toBeInViewport();
    });

    test('a rejected call says what is wrong, where, and keeps what was entered', async ({ at, page, parts, faults }) => {
      if (!hasScripts()) faults.expect(/^console: .*status of 400/);
      await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
      await parts.input('email').fill('nobody');
      await parts.send.click();
      await expect(parts.input('email')).toHaveAttribute('aria-invalid', 'true');
      await expect(parts.input('email')).toBeInViewport();
      await expect(parts.input('email')).toHaveValue('nobody');
      await expect(parts.field('/email')).toContainText('email address');
    });

    test('a page does not move while it loads, and hardly when the response arrives', async ({ at, page, parts }) => {
      test.skip(!hasScripts(), 'the browser reports movement only to scripts');
      const shift = await recordLayoutShifts(page);
      await openFolded(page, `${at.plain}/stytch/apiUserV1Create`);
      await expect(page.locator('.try-it[data-ready]')).toBeVisible();
      expect(await shift()).toBe(0);
      await parts.input('email').fill('ada@example.com');
      await parts.send.click();
      await expect(parts.status).toContainText('200 OK');
      expect(await shift()).toBeLessThanOrEqual(0.02);
    });
  });
}

test('a colleague opens a link, and has the same call with one click', async ({ at, page, parts }) => {
  await openFolded(page, `${at.plain}/stytch/apiUserV1Create?args=${encodeURIComponent('{"email":"ada@example.com"}')}`);
  await expect(parts.input('email')).toHaveValue('ada@example.com');
  await parts.send.click();
  await expect(parts.status).toContainText('200 OK');
  await expect(parts.response).toContainText('user_id');
});
