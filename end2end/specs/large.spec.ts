// Responses of any size: shown in parts, with scripts and without.

import { expect, hasScripts, test } from '../fixtures.ts';

test('a large list is opened part by part', async ({ call, page, parts }) => {
  await call('many');
  const body = page.getByRole('region', { name: 'Body', exact: true });
  await expect(body).toContainText('"the beginning"');
  await expect(body).toContainText('"the end"');
  await expect(page.locator('[data-pointer="/items/99"]')).toBeVisible();
  await expect(page.locator('[data-pointer="/items/100"]')).toHaveCount(0);
  await body.getByRole('link', { name: 'Items 100 to 199', exact: true }).click();
  await expect(page.locator('[data-pointer="/items/150"]')).toBeVisible();
  await expect(page.locator('[data-pointer="/items/0"]')).toHaveCount(hasScripts() ? 1 : 0);
  await expect(body.getByRole('link', { name: 'Items 200 to 299', exact: true })).toBeVisible();
  if (hasScripts()) await expect(parts.response).toContainText('200 OK');
});

test('a value of a large response is found and opened', async ({ call, page, parts }) => {
  await call('many');
  await page.getByRole('searchbox', { name: 'Find in the response', exact: true }).fill('THE END');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await expect(page.getByText('1 place found.')).toBeVisible();
  await page.getByRole('link', { name: '/last', exact: true }).click();
  await expect(page.locator('.match')).toContainText('"the end"');
  if (hasScripts()) await expect(parts.status).toContainText('200 OK');
});

test('a list of objects is a table, and differences are marked in the tree', async ({ call, parts }) => {
  await call('people');
  await expect(parts.response.getByRole('region', { name: 'Body', exact: true }).locator('.mismatch').first()).toBeVisible();
  await parts.response.getByRole('radio', { name: 'Table', exact: true }).check();
  await expect(parts.response.getByRole('columnheader')).toHaveText(['id', 'name', 'home']);
  await expect(parts.response.getByRole('row')).toHaveCount(26);
  await expect(parts.response.getByRole('region', { name: 'Body', exact: true })).toBeHidden();
  await parts.response.getByRole('radio', { name: /^Receipt/ }).check();
  await expect(parts.response.getByRole('table')).toBeHidden();
  await expect(parts.response.getByRole('group', { name: 'Receipt', exact: true })).toContainText('GET');
});
