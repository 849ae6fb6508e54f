// Hydration, and use with the keyboard only.

import type { Page } from '@playwright/test';
import { expect, test, waitUntilHydrated } from '../fixtures.ts';

/** Delays the WebAssembly module until the returned function is called. */
async function delayModule(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}

test('values entered before hydration are kept', async ({ at, page, parts }) => {
  const release = await delayModule(page);
  await page.goto(`${at.plain}/stytch/apiUserV1Create`, { waitUntil: 'commit' });
  await parts.input('email').fill('early@b.c');
  await parts.unfold();
  await page.getByRole('combobox', { name: 'create_user_as_pending', exact: true }).selectOption('false');
  await parts.group('roles').getByRole('textbox').fill('reader');
  await parts.environment.selectOption('live');
  await parts.gateway.getByRole('radio', { name: 'Another gateway' }).check();
  await expect(page.locator('.try-it')).not.toHaveAttribute('data-ready');
  release();
  await waitUntilHydrated(page);
  await expect(parts.input('email')).toHaveValue('early@b.c');
  await expect(parts.snippet).toContainText("email: 'early@b.c'");
  await expect(parts.snippet).toContainText('create_user_as_pending: false');
  await expect(parts.snippet).toContainText("roles: ['reader']");
  await expect(parts.environment).toHaveValue('live');
  await expect(parts.gateway.getByRole('radio', { name: 'Another gateway' })).toBeChecked();
  await expect(parts.send).toBeDisabled();
});

test('JSON entered before hydration is kept', async ({ at, page, parts }) => {
  const release = await delayModule(page);
  await page.goto(`${at.plain}/stytch/apiUserV1Create`, { waitUntil: 'commit' });
  await parts.show('JSON');
  await parts.json.fill('{"email": null}');
  release();
  await waitUntilHydrated(page);
  await expect(parts.json).toHaveValue('{"email": null}');
  await expect(parts.snippet).toContainText('email: null');
});

test('a call that is sent before hydration is made once the program listens', async ({ at, page, parts }) => {
  const release = await delayModule(page);
  await page.goto(`${at.plain}/stytch/apiUserV1Create`, { waitUntil: 'commit' });
  await parts.input('email').fill('early@b.c');
  await parts.send.click();
  await expect(page.locator('.try-it')).not.toHaveAttribute('data-ready');
  release();
  await expect(parts.response).toContainText('200 OK');
  await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
  await expect(page.locator('.try-it')).toHaveAttribute('data-ready');
});

test('if the program cannot be loaded, the form works as on a page without scripts', async ({ at, page, parts, faults }) => {
  faults.expect(/net::ERR_FAILED/);
  faults.expect(/^console: TypeError: Failed to fetch/);
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(`${at.plain}/stytch/apiUserV1Create`, { waitUntil: 'commit' });
  await parts.input('email').fill('early@b.c');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.input('email')).toHaveValue('early@b.c');
  await expect(page.locator('.try-it')).not.toHaveAttribute('data-ready');
});

test('a page whose reader saves data is complete without the program', async ({ at, page, parts }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  await page.goto(`${at.plain}/stytch/apiUserV1Create`, { waitUntil: 'load' });
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(loaded.filter((path) => path.startsWith('/pkg/'))).toEqual([]);
  await parts.input('email').focus();
  await waitUntilHydrated(page);
});

test('after the back button, the snippet matches the form', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('back@b.c');
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link').first().click();
  await expect(page).toHaveURL(`${at.plain}/stytch`);
  await page.goBack();
  await waitUntilHydrated(page);
  const typed = await parts.input('email').inputValue();
  await expect(parts.snippet).toContainText(typed === '' ? 'apiUserV1Create()' : `email: '${typed}'`);
});

test('the keyboard moves the focus from the email address to the response', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').focus();
  await page.keyboard.type('keys@b.c');
  const passed: string[] = [];
  const focused = page.locator(':focus');
  while (!passed.includes('value/roles/0')) {
    await page.keyboard.press('Tab');
    await expect(focused).toBeInViewport();
    passed.push((await focused.getAttribute('name')) ?? (await focused.innerText()));
    expect(passed.length, passed.join(', ')).toBeLessThan(80);
  }
  const inOrder = ['value/phone_number', 'value/name/first_name', 'value/create_user_as_pending', 'key/trusted_metadata/0', 'value/external_id', 'value/roles/0'];
  expect(passed.filter((name) => inOrder.includes(name))).toEqual(inOrder);
  // Send is above the form, and can be pressed from everywhere.
  await page.keyboard.press('Control+Enter');
  await expect(parts.response).toContainText('200 OK');
  // Then to the response and the snippet.
  const seen: string[] = [];
  while (!seen.includes('TypeScript')) {
    await page.keyboard.press('Tab');
    seen.push((await focused.getAttribute('aria-label')) ?? (await focused.innerText().catch(() => '')));
    expect(seen.length, seen.join(', ')).toBeLessThan(60);
  }
  expect(seen).toContain('Copy');
});

test('the first tab stop is a link to the content', async ({ at, page, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
});
