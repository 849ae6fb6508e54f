// Input is kept: across reloads, and when the form is filled in or emptied.

import { expect, test, waitUntilHydrated } from '../fixtures.ts';

test('a reload keeps the input, but no secrets', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('kept@b.c');
  await parts.group('roles').getByRole('textbox').fill('reader');
  await expect(parts.snippet).toContainText("roles: ['reader']");
  await page.reload();
  await waitUntilHydrated(page);
  await expect(parts.input('email')).toHaveValue('kept@b.c');
  await expect(parts.group('roles').getByRole('textbox')).toHaveValue('reader');
  await expect(parts.snippet).toContainText("email: 'kept@b.c'");
  await openOperation(at.plain, 'apiPasswordV1Create');
  await parts.input('password').fill('hunter2-hunter2');
  await parts.input('email').fill('second@b.c');
  await expect(parts.snippet).toContainText('second@b.c');
  const stored = await page.evaluate(() => JSON.stringify(sessionStorage));
  expect(stored).toContain('second@b.c');
  expect(stored).not.toContain('hunter2');
});

test('an example that was filled in can be undone', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  await expect(undo).toBeHidden();
  await parts.input('email').fill('mine@b.c');
  await parts.fillInExample();
  await expect(parts.input('email')).not.toHaveValue('mine@b.c');
  await undo.click();
  await expect(parts.input('email')).toHaveValue('mine@b.c');
  await expect(undo).toBeHidden();
});

test('Ctrl+Enter sends from anywhere, and a form with problems says that nothing was sent', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Control+Enter');
  await expect(parts.status).toContainText('200 OK');
  await parts.input('email').fill('nobody');
  await parts.send.click();
  await expect(parts.status).toHaveText('Not sent. Correct the marked fields.');
  await expect(page.locator('#outcome')).toHaveAttribute('data-outdated', 'true');
  await expect(page.locator('#outcome')).toContainText('user_id');
});
