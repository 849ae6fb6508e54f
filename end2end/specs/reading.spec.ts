// Responses that are not JSON, errors of providers, and pages of lists, with scripts and without.

import { readFile } from 'node:fs/promises';
import { expect, hasScripts, open, test, type OperationPage } from '../fixtures.ts';
import { PIXEL } from '../upstream.ts';

/** Returns the control that saves the body: a button, or a link without scripts. */
function download(parts: OperationPage) {
  return parts.response.getByRole(hasScripts() ? 'button' : 'link', { name: 'Download', exact: true });
}

test('text in another charset is readable', async ({ call, parts }) => {
  await call('latin');
  await expect(parts.response.getByRole('region', { name: 'Raw body', exact: true })).toHaveText('Größe');
  await expect(parts.response).toContainText('windows-1252');
});

test('comma-separated values are a table, and can be shown raw', async ({ call, parts }) => {
  await call('table');
  const table = parts.response.getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveText(['name', 'ort']);
  await expect(table.getByRole('cell')).toHaveText(['Ä, <b>B</b>', 'Köln']);
  await parts.response.getByRole('radio', { name: 'Raw', exact: true }).check();
  await expect(table).toBeHidden();
  await expect(parts.response.getByRole('region', { name: 'Raw body', exact: true })).toContainText('"Ä, <b>B</b>",Köln');
});

test('XML and SVG are shown as source', async ({ call, page, parts }) => {
  await call('xml');
  await expect(parts.response.getByRole('region', { name: 'Source', exact: true })).toHaveText('<?xml version="1.0"?><a><b x="1">two</b></a>');
  await call('vector');
  await expect(parts.response.getByRole('region', { name: 'Source', exact: true })).toContainText('<svg');
  await expect(page.locator('#drawn')).toHaveCount(0);
  await expect(page).not.toHaveTitle('taken over');
});

test('an image is shown, and can be saved', async ({ call, page, parts, recorded, unique }) => {
  await call('pixel');
  const image = parts.response.getByRole('img', { name: 'Image in the response' });
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1);
  const [saved] = await Promise.all([page.waitForEvent('download'), download(parts).click()]);
  expect(saved.suggestedFilename()).toBe('apiUserV1Get.png');
  expect(await readFile(await saved.path())).toEqual(PIXEL);
  expect(await recorded(`pixel.${unique}`)).toHaveLength(1);
});

test('a file is saved under its name, and its bytes are shown', async ({ call, page, parts }) => {
  await call('archive');
  await expect(parts.response).toContainText('The body is binary (application/zip). Download it to open it.');
  await expect(parts.response.getByRole('region', { name: 'Bytes in hexadecimal', exact: true })).toContainText('50 4b 05 06 ff');
  const [saved] = await Promise.all([page.waitForEvent('download'), download(parts).click()]);
  expect(saved.suggestedFilename()).toBe('Übersicht.zip');
});

test('problem details are explained', async ({ call, parts }) => {
  await call('problem');
  await expect(parts.response).toContainText('No good. The age is negative.');
  await expect(parts.response.getByRole('listitem').filter({ hasText: 'age' })).toHaveText('age: Must be positive.');
});

test('the next page of a list is filled in and sent', async ({ at, page, parts }) => {
  await open(page, `${at.faults}/stytch/apiUserV1Search`);
  await parts.send.click();
  await expect(parts.response).toContainText('Next page fills in cursor. Then send again.');
  await parts.response.getByRole('button', { name: 'Next page', exact: true }).click();
  await expect(parts.input('cursor')).toHaveValue('page-2');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.response.getByRole('button', { name: 'Next page', exact: true })).toHaveCount(0);
});
