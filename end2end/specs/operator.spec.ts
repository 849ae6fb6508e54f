// Administration: the audit log, and disabling of credentials and tokens.

import { expect, signIn, test } from '../fixtures.ts';

test('the audit log shows calls, and can be filtered', async ({ at, page, parts, openOperation, unique }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.input('user_id').fill(`hurried.${unique}`);
  const sent = page.waitForResponse((response) => response.request().method() === 'POST');
  await parts.send.click();
  await sent;
  await expect(parts.response).toContainText('429');
  await page.goto(`${at.faults}/admin`);
  await page.getByRole('main').getByRole('link', { name: 'Audit', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Audit log', exact: true })).toBeVisible();
  await page.getByLabel('What').fill('apiUserV1Get');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: '429' }).first();
  await expect(row).toContainText('local');
  await expect(row).toContainText('test');
  await expect(row.getByRole('link', { name: 'apiUserV1Get', exact: true })).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(unique);
  const records = page.getByRole('region', { name: 'Records' });
  await page.setViewportSize({ width: 1366, height: 900 });
  expect(await records.evaluate((element) => element.scrollWidth - element.clientWidth), 'no column is cut').toBe(0);
  await page.getByLabel('Who').fill('nobody at all');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(page.getByText('No matching records.')).toBeVisible();
  await expect(page.getByLabel('What')).toHaveValue('apiUserV1Get');
});

test('credentials and tokens are listed with a button to disable them and without secrets', async ({ at, page }) => {
  await page.goto(`${at.faults}/admin`);
  await expect(page.getByRole('region', { name: "The operator's credentials" })).toContainText(/stytch\s+fingerprint [0-9a-f]{8}/);
  await expect(page.getByRole('button', { name: 'Disable stytch', exact: true })).toBeVisible();
  expect(await page.content()).not.toMatch(/secret-(test|live)-/);
});

test('users without the administrator grant see neither', async ({ at, page, faults }) => {
  faults.expect(/^console: .*status of 403/);
  await signIn(page, at.shared, at.token);
  await expect(page.getByRole('link', { name: 'Audit' })).toHaveCount(0);
  const refused = await page.goto(`${at.shared}/admin/audit`);
  expect(refused?.status()).toBe(403);
});
