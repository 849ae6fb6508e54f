// The call as source code: selected from a list, updated with the form, and remembered for the next page.

import { readFile } from 'node:fs/promises';
import { expect, hasScripts, open, test } from '../fixtures.ts';

test('the snippet of another client follows the form', async ({ at, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('ann@example.com');
  const code = await parts.showSnippet('Python · requests');
  await expect(code).toContainText('import requests');
  await expect(code).toContainText('"email": "ann@example.com"');
  await expect(code).toContainText('os.environ["STYTCH_SECRET"]');
  if (hasScripts()) {
    await parts.input('email').fill('bo@example.com');
    await expect(code).toContainText('"email": "bo@example.com"');
  }
  await expect(parts.input('email')).toHaveValue(hasScripts() ? 'bo@example.com' : 'ann@example.com');
});

test('the selected target is remembered on the next page', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.showSnippet('Go · net/http');
  await page.getByText('Run it', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Read secrets from', exact: true }).selectOption('Vault');
  const commands = page.getByRole('region', { name: 'Commands', exact: true });
  if (!hasScripts()) {
    await page.getByRole('button', { name: 'Show code', exact: true }).click();
    await page.getByText('Run it', { exact: true }).click();
  }
  await expect(commands).toContainText('vault kv get');
  await openOperation(at.plain, 'apiUserV1Search');
  await expect(page.getByRole('region', { name: 'Go · net/http', exact: true })).toContainText('package main');
  await page.getByText('Run it', { exact: true }).click();
  await expect(commands).toContainText('vault kv get');
  const cookies = await page.context().cookies();
  expect(cookies.find(({ name }) => name === 'snippet')).toMatchObject({ value: 'go.vault', httpOnly: true, sameSite: 'Lax' });
});

test('calls that a client cannot make are explained in place of code', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  if (hasScripts()) await page.locator('.try-it[data-ready]').waitFor();
  await parts.input('title').fill('a picture');
  const list = page.getByRole('combobox', { name: 'Language or client', exact: true });
  if (hasScripts()) {
    await list.fill('Shell · wget');
    await list.press('Enter');
  } else {
    await list.selectOption('Shell · wget');
    await page.getByRole('button', { name: 'Show code', exact: true }).click();
  }
  const card = page.getByRole('region', { name: 'Code snippet', exact: true });
  await expect(card).toContainText('wget cannot send multipart forms. Choose another client.');
  await expect(card.getByRole('button', { name: 'Copy', exact: true })).toBeHidden();
  await expect(parts.input('title')).toHaveValue('a picture');
});

test('the code can be saved and wrapped, and its length is shown', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await expect(page.getByText('3 lines', { exact: true })).toBeVisible();
  const code = await parts.showSnippet('Shell · curl');
  await page.getByRole('checkbox', { name: 'Wrap lines', exact: true }).check();
  await expect(code).toHaveCSS('white-space', 'pre-wrap');
  if (!hasScripts()) return;
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as file', exact: true }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('call.sh');
  expect(await readFile(await download.path(), 'utf8')).toBe(await code.textContent());
});

test('the list is cleared on focus and shows the selected target again on blur', async ({ at, page, openOperation }) => {
  test.skip(!hasScripts(), 'without scripts it is a plain list');
  await openOperation(at.plain, 'apiUserV1Create');
  const list = page.getByRole('combobox', { name: 'Language or client', exact: true });
  await list.focus();
  await expect(list).toHaveValue('');
  await expect(list).toHaveAttribute('placeholder', 'TypeScript');
  await list.blur();
  await expect(list).toHaveValue('TypeScript');
});

test('an unknown client is reported, and the code stays', async ({ at, page, parts, openOperation }) => {
  test.skip(!hasScripts(), 'without scripts nothing can be typed there');
  await openOperation(at.plain, 'apiUserV1Create');
  const list = page.getByRole('combobox', { name: 'Language or client', exact: true });
  await list.fill('COBOL');
  await list.press('Enter');
  await expect(page.getByRole('region', { name: 'Code snippet', exact: true })).toContainText('There is no client with this name.');
  await parts.input('email').fill('ann@example.com');
  await expect(parts.snippet).toContainText("email: 'ann@example.com'");
});
