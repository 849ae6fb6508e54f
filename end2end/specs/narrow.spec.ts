// At a width of 320 px, no page scrolls horizontally.

import type { Page } from '@playwright/test';
import { expect, hasScripts, open, test } from '../fixtures.ts';

test.use({ viewport: { width: 320, height: 800 } });

async function expectToFit(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const isOwnScroller = (element: Element | null): boolean => element !== null && (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) || isOwnScroller(element.parentElement));
    const overflowing = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > limit + 1 && !isOwnScroller(element.parentElement));
    return { scroll: document.documentElement.scrollWidth - limit, overflowing: overflowing.map((element) => element.outerHTML.slice(0, 120)) };
  });
  expect(wide).toEqual({ scroll: 0, overflowing: [] });
}

for (const path of ['/', '/search?q=user', '/stytch', '/stytch/apiUserV1Create', '/stytch/apiUserV1Search', '/stytch/apiUserV1DeleteOAuthRegistration', '/nothing']) {
  test(`${path} fits 320 px`, async ({ at, page, faults }) => {
    if (path === '/nothing') faults.expect(/^console: .*status of 404/);
    await open(page, at.plain + path);
    await expectToFit(page);
  });
}

for (const operation of ['styles', 'upload', 'choices', 'schemas', 'schemas/replies']) {
  test(`every kind of input fits 320 px: ${operation}`, async ({ at, page }) => {
    await open(page, `${at.kinds}/kinds/${operation}`);
    if (hasScripts()) await page.locator('.responses details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
    await expectToFit(page);
  });
}

test('long inputs, errors and responses fit 320 px', async ({ at, page, parts, openOperation, faults }) => {
  await openOperation(at.operator, 'apiUserV1Create');
  const long = 'x'.repeat(300);
  await parts.input('external_id').fill(long);
  await parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true }).fill(long);
  if (!hasScripts()) faults.expect(/^console: .*status of 400/);
  await parts.send.click();
  await expect(parts.input('external_id')).toHaveAttribute('aria-invalid', 'true');
  await expectToFit(page);
  await parts.input('external_id').fill('');
  await parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true }).fill('');
  await parts.input('email').fill(`${long}@example.com`);
  await parts.send.click();
  await expect(parts.response).toContainText(/\d{3} [A-Z]/);
  await parts.response.getByText(/^Headers \(\d+\)$/).click();
  await expectToFit(page);
});
