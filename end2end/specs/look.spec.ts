// The look: sizes, contrast, and what changes for touch, print, forced colors, reduced motion, other directions of writing and zoom.

import type { Page } from '@playwright/test';
import { expect, hasScripts, open, openFolded, test } from '../fixtures.ts';

const OPERATION = '/stytch/apiUserV1Create';

/** Returns the lowest contrast between the method badges of a page and their background, which is tinted with a tenth of their color. */
async function lowestBadgeContrast(page: Page): Promise<number> {
  return page.evaluate(() => {
    const channels = (color: string) => (/rgba?\((.*)\)/.exec(color)?.[1] ?? '').split(/[ ,/]+/).map(Number);
    const background = (element: Element | null): number[] => {
      if (element === null) return [255, 255, 255];
      const found = channels(getComputedStyle(element).backgroundColor);
      return found[3] === 0 ? background(element.parentElement) : found;
    };
    const luminance = (color: number[]) => {
      const [red = 0, green = 0, blue = 0] = color.map((channel) => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrasts = [...document.querySelectorAll('.badge')].map((badge) => {
      const color = channels(getComputedStyle(badge).color);
      const tinted = background(badge).map((channel, index) => channel * 0.9 + (color[index] ?? 0) * 0.1);
      const [one, two] = [luminance(color), luminance(tinted)];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    });
    return Math.min(...contrasts);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the methods of operations are readable in the ${colorScheme} theme`, async ({ at, page }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of ['/stytch', OPERATION, '/search?q=user']) {
      await page.goto(at.plain + path);
      expect(await page.locator('.badge').count(), path).toBeGreaterThan(1);
      expect(await lowestBadgeContrast(page), path).toBeGreaterThanOrEqual(4.5);
    }
  });
}

test('inputs are dense', async ({ at, page, parts }) => {
  await openFolded(page, at.plain + OPERATION);
  for (const control of [parts.input('email'), parts.environment, parts.send]) expect((await control.boundingBox())?.height).toBe(36);
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test('inputs and buttons are large enough for a finger', async ({ at, page, parts }) => {
    await openFolded(page, at.plain + OPERATION);
    for (const control of [parts.input('email'), parts.environment, parts.send]) expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  });
});

test('on paper, the response is whole and there are no controls', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.send.click();
  await expect(parts.status).toContainText('200 OK');
  await parts.response.locator('summary').nth(1).click();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(parts.send).toBeHidden();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
  for (const selector of ['.json-tree', '.aside', '#snippet']) {
    const hidden = await page.locator(selector).evaluate((element) => [element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth]);
    expect(Math.max(...hidden), selector).toBeLessThanOrEqual(1);
  }
  const last = parts.response.locator('.json-tree .key', { hasText: 'untrusted_metadata' });
  expect((await last.boundingBox())?.height).toBeGreaterThan(0);
});

test('with forced colors, Send stands out and the current operation is marked', async ({ at, page, parts }) => {
  await page.setViewportSize({ width: 1366, height: 900 });
  await page.emulateMedia({ forcedColors: 'active' });
  await openFolded(page, at.plain + OPERATION);
  await expect(parts.send).toHaveCSS('border-top-width', '2px');
  await expect(page.locator('.sidebar [aria-current]')).toHaveCSS('outline-style', 'solid');
});

test('with reduced motion, nothing moves', async ({ at, page, parts }) => {
  await openFolded(page, at.plain + OPERATION);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(parts.send).toHaveCSS('transition-duration', '0s');
});

test('inputs have the direction of their text', async ({ at, page, parts }) => {
  await openFolded(page, at.plain + OPERATION);
  await expect(parts.input('email')).toHaveCSS('direction', 'ltr');
  await parts.input('email').fill('مرحبا');
  await expect(parts.input('email')).toHaveCSS('direction', 'rtl');
});

for (const width of [320, 390, 1366, 1920, 2560]) {
  test(`at a width of ${width} px, in both directions, nothing is cut off`, async ({ at, page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/', '/stytch', OPERATION]) {
      await openFolded(page, at.plain + path);
      for (const dir of ['ltr', 'rtl']) {
        await page.locator('html').evaluate((html, direction) => html.setAttribute('dir', direction), dir);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${path} ${dir}`).toBe(0);
      }
    }
  });
}

test('at a zoom of 400 %, nothing covers the form', async ({ at, page, parts }) => {
  await page.setViewportSize({ width: 341, height: 225 });
  await open(page, at.plain + OPERATION);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await parts.input('external_id').scrollIntoViewIfNeeded();
  const covered = await page.locator('.request-bar').evaluate((bar) => Math.max(0, Math.min(bar.getBoundingClientRect().bottom, innerHeight) - Math.max(bar.getBoundingClientRect().top, 0)));
  expect(covered).toBeLessThanOrEqual(225 / 3);
});

test('nothing moves while a page is loaded', async ({ at, page }) => {
  test.skip(!hasScripts());
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push((entry as PerformanceEntry & { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
  });
  for (const viewport of [{ width: 1366, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    for (const path of [OPERATION, '/stytch', '/']) {
      await openFolded(page, at.plain + path);
      if (path === '/') await expect(page.locator('#recent a')).toHaveCount(1);
      expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts), `${path} ${viewport.width}`).toEqual([]);
    }
  }
});

test('the operator gives the site a name, a logo, an accent and a notice', async ({ at, page, parts }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await openFolded(page, at.closed + OPERATION);
  await expect(page).toHaveTitle(/ · Acme APIs$/);
  await expect(page.getByRole('link', { name: 'Acme APIs', exact: true })).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Notice', exact: true })).toHaveText('For employees only.');
  await expect(page.getByRole('link', { name: 'Stytch docs' })).toHaveCSS('color', 'rgb(11, 92, 60)');
  const width = await page.locator('header img').evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth));
  expect(width).toBeGreaterThan(0);
  await expect(parts.send).toBeVisible();
});
