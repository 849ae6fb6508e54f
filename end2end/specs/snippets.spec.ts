// The call as source code: in the tabs at once, for every other client from the server.

import { expect, hasScripts, test } from '../fixtures.ts';

test('other clients are printed as the form is filled in', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('ann@example.com');
  const card = page.getByRole('region', { name: 'Code snippet', exact: true });
  await card.getByText('More', { exact: true }).click();
  const code = card.getByRole('region', { name: 'Code for the client', exact: true });
  await card.getByRole('combobox', { name: 'Client', exact: true }).selectOption('requests');
  if (!hasScripts()) await card.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(code).toContainText('import requests');
  await expect(code).toContainText('"email": "ann@example.com"');
  await expect(code).toContainText('os.environ["STYTCH_SECRET"]');
  await expect(card).toContainText('pip install requests');
  if (hasScripts()) {
    await parts.input('email').fill('bo@example.com');
    await expect(code).toContainText('"email": "bo@example.com"');
  }
  await expect(card.getByRole('combobox', { name: 'Client', exact: true })).toHaveValue('python-requests');
  await expect(parts.input('email')).toHaveValue(hasScripts() ? 'bo@example.com' : 'ann@example.com');
});

test('what a client cannot do is said in place of code that would not work', async ({ at, page }) => {
  await page.goto(`${at.kinds}/kinds/upload`);
  const card = page.getByRole('region', { name: 'Code snippet', exact: true });
  if (hasScripts()) await page.locator('.try-it[data-ready]').waitFor();
  await card.getByText('More', { exact: true }).click();
  await card.getByRole('combobox', { name: 'Client', exact: true }).selectOption('wget');
  if (!hasScripts()) await card.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(card.getByRole('region', { name: 'Code for the client', exact: true })).toContainText(/wget (sends no forms with parts|--quiet)/);
});
