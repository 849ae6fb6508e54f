// Responses of an upstream that misbehaves.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { LARGE, LARGE_SHA256, PNG } from '../upstream.ts';

const REFUSALS = [
  ['unauthorized', '401 Unauthorized', 'unauthorized_credentials: Unauthorized credentials.', 'Likely cause: the credential was mistyped, has expired or was replaced'],
  ['unknown', '404 Not Found', 'user_not_found: User could not be found.', 'Likely cause: an ID was mistyped, belongs to another environment or account, or refers to something that was deleted.'],
  ['hurried', '429 Too Many Requests', 'too_many_requests: Too many requests have been made.', 'Likely cause: too many calls in a short time.'],
] as const;

for (const [behaviour, status, error, cause] of REFUSALS) {
  test(`${status} is explained`, async ({ call, parts }) => {
    await call(behaviour);
    for (const text of [status, error, cause]) await expect(parts.response).toContainText(text);
    const code = status.slice(0, 3);
    await expect(parts.response.getByRole('link')).toHaveAttribute('href', `https://stytch.com/docs/api/errors/${code}`);
    await expect(parts.response).toContainText(`Provider request ID: request-id-test-${code}`);
    await expect(parts.input('user_id')).toHaveValue(new RegExp(`^${behaviour}`));
  });
}

test('HTML is shown as source', async ({ call, page, parts }) => {
  await call('broken');
  await expect(parts.response).toContainText('500 Internal Server Error');
  await expect(parts.response).toContainText("The problem is on the provider's side.");
  await expect(parts.response.getByRole('region', { name: 'Source', exact: true })).toContainText('<h1 id="upstream">It broke</h1>');
  await expect(page.locator('#upstream')).toHaveCount(0);
  await expect(page).not.toHaveTitle('taken over');
});

test('a call can be canceled, and another one sent', async ({ call, parts, faults }) => {
  faults.expect(/^request failed: net::ERR_ABORTED \(\/api\/call\)/);
  await call('slow');
  await expect(parts.response.page().getByRole('progressbar', { name: 'Waiting for the response' })).toBeVisible();
  await expect(parts.send).toBeDisabled();
  await parts.cancel.click();
  await expect(parts.response).toContainText('Cancelled. The provider may still have received the call.');
  await expect(parts.cancel).toBeHidden();
  await expect(parts.send).toBeEnabled();
  await call('text');
  await expect(parts.response).toContainText('200 OK');
});

test('a timeout is explained', async ({ call, parts, faults }) => {
  faults.expect(/^console: .*status of 504.*\/api\/call/);
  await call('slow');
  await expect(parts.response).toContainText('Stytch did not respond within 2 s (EXPLORER_TIMEOUT).');
  await expect(parts.send).toBeEnabled();
});

test('an empty body is reported as empty', async ({ call, parts }) => {
  await call('empty');
  await expect(parts.response).toContainText('204 No Content');
  await expect(parts.response).toContainText('The response has no body.');
});

test('a binary body can be downloaded unchanged', async ({ call, page, parts }) => {
  await call('binary');
  const [download] = await Promise.all([page.waitForEvent('download'), parts.response.getByRole('button', { name: 'Download', exact: true }).click()]);
  expect(await bytesOf(download)).toEqual(PNG);
});

test('text is shown unchanged', async ({ call, parts }) => {
  await call('text');
  await expect(parts.response.getByRole('region', { name: 'Raw body', exact: true })).toHaveText('Plain words, <b>not markup</b>, ünïcödé 😀.');
});

test('invalid JSON is shown as text', async ({ call, parts }) => {
  await call('invalid-json');
  await expect(parts.response.getByRole('region', { name: 'Raw body', exact: true })).toHaveText('{"status_code": 200, "cut": ');
});

test('a part of a 5 MB body is shown, all of it can be downloaded, and the page stays responsive', async ({ call, page, parts }) => {
  await call('large');
  await expect(parts.response).toContainText('200 OK');
  await parts.response.getByRole('radio', { name: 'Raw', exact: true }).check();
  await expect(parts.response).toContainText('The first 200.0 kB of 5.0 MB is shown. Download the body to see all of it.');
  const shown = await parts.response.getByRole('region', { name: 'Raw body', exact: true }).innerText();
  expect(LARGE.toString().startsWith(shown)).toBe(true);
  const [download] = await Promise.all([page.waitForEvent('download'), parts.response.getByRole('link', { name: 'Download', exact: true }).click()]);
  expect(download.suggestedFilename()).toBe('apiUserV1Get.json');
  const bytes = await bytesOf(download);
  expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([LARGE.length, LARGE_SHA256]);
  await parts.input('user_id').fill('still-usable');
  await expect(parts.snippet).toContainText("user_id: 'still-usable'");
});

test('a body over 10 MB is refused', async ({ call, parts, faults }) => {
  faults.expect(/^console: .*status of 502.*\/api\/call/);
  await call('too-large');
  await expect(parts.response).toContainText('The response is larger than the limit of 10 MB (EXPLORER_REPLY_LIMIT_MB).');
});

test('a redirect is shown, not followed', async ({ call, parts, recorded, unique }) => {
  await call('redirect');
  await expect(parts.response).toContainText('302 Found');
  await expect(parts.response).toContainText('To protect the credential, the explorer does not follow redirects.');
  await parts.response.getByText(/^Headers \(\d+\)$/).click();
  await expect(parts.response).toContainText(`/v1/users/followed.${unique}`);
  expect(await recorded(`redirect.${unique}`)).toHaveLength(1);
  expect(await recorded(`followed.${unique}`)).toHaveLength(0);
});

test('large parts are collapsed, small ones are expanded', async ({ call, parts }) => {
  await call('folds');
  const body = parts.response.getByRole('region', { name: 'Body', exact: true });
  await expect(body.getByText('"seen at once"')).toBeVisible();
  await expect(body.getByText('"item 99"')).toBeHidden();
  await body.getByText('100 items').click();
  await expect(body.getByText('"item 99"')).toBeVisible();
});

test('a response has a status, duration, size, environment and headers', async ({ call, parts }) => {
  await call('text');
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.status).toContainText(/\d+(\.\d+)? m?s · 49 B/);
  await expect(parts.response).toContainText(/test · request [0-9a-f-]{36}/);
  await expect(parts.response.getByText('x-upstream')).toBeHidden();
  await parts.response.getByText(/^Headers \(\d+\)$/).click();
  const headers = parts.response.getByRole('group', { name: 'Headers', exact: true });
  await expect(headers.getByText('x-upstream')).toBeVisible();
  await expect(parts.response.getByText('text/plain; charset=utf-8')).toBeVisible();
});

test('a response can be shown raw, copied and downloaded', async ({ call, page, context, parts }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await call('unknown');
  await parts.response.getByRole('radio', { name: 'Raw', exact: true }).check();
  const raw = await parts.response.getByRole('region', { name: 'Raw body', exact: true }).innerText();
  expect(JSON.parse(raw)).toMatchObject({ error_type: 'user_not_found' });
  await parts.response.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(parts.response.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(raw);
  const [download] = await Promise.all([page.waitForEvent('download'), parts.response.getByRole('button', { name: 'Download', exact: true }).click()]);
  expect((await bytesOf(download)).toString()).toBe(raw);
});

test('values are found, and their paths and values copied', async ({ call, page, context, parts }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await call('people');
  await parts.response.getByRole('searchbox', { name: 'Find in the response', exact: true }).fill('KÖLN');
  await parts.response.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(parts.response).toContainText('13 places found.');
  await parts.response.getByRole('link', { name: '/people/24/home/city', exact: true }).click();
  const row = page.locator('[data-pointer="/people/24/home/city"]');
  await expect(row).toBeInViewport();
  await row.hover();
  await parts.response.getByRole('button', { name: 'Copy path', exact: true }).click();
  await expect(parts.response.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  expect(await copied()).toBe('/people/24/home/city');
  await parts.response.getByRole('button', { name: 'Copy value', exact: true }).click();
  await expect.poll(copied).toBe('Köln');
  // With the keyboard.
  await row.focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('[data-pointer="/people/24/home"]')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(parts.response.getByRole('button', { name: 'Copy path', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(copied).toBe('{"city":"Köln"}');
});

test('a response is compared with the last one, and the view stays', async ({ call, parts }) => {
  await call('people');
  const changes = parts.response.getByRole('group').filter({ hasText: /^Changes since the last response/ });
  await expect(parts.response).toContainText('200 OK');
  await expect(changes).toHaveCount(0);
  await parts.response.getByRole('radio', { name: 'Table', exact: true }).check();
  await parts.send.click();
  await expect(changes).toHaveText(/\(1\)\/count\d+ \d+$/);
  await expect(parts.response.getByRole('radio', { name: 'Table', exact: true })).toBeChecked();
});

test('the time until the next call is counted down, not in the status', async ({ call, page, parts }) => {
  await call('hurried');
  await expect(parts.response).toContainText('The provider accepts the next call in 1 min');
  await expect(page.locator('#retry')).toHaveText('1 min 12 s');
  await expect(parts.status).not.toContainText('min');
});

test('the time until the explorer accepts the next call is counted down as well', async ({ call, faults, page, parts }) => {
  faults.expect(/^console: .*status of 429/);
  await page.route('**/api/call*', (route) =>
    route.fulfill({ status: 429, json: { error: 'Too many calls (limits.calls).', code: 'too_busy', retryAfter: 72 } }),
  );
  await call('hurried');
  await expect(parts.response).toContainText('Too many calls (limits.calls).');
  await expect(parts.response).toContainText('You can send again in 1 min');
  await expect(page.locator('#retry')).toHaveText('1 min 12 s');
});

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}
