// Kinds of input with scripts: no value is lost while the form changes.

import { expect, open, test } from '../fixtures.ts';
import { PNG } from '../upstream.ts';

const PHOTO = { name: 'sunset.png', mimeType: 'image/png', buffer: PNG };

test('a selected file is in the snippet, and stays when the form is rendered again', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill(unique);
  const photo = page.getByLabel('photo', { exact: true });
  await photo.setInputFiles(PHOTO);
  await expect(parts.snippet).toContainText('sunset.png');
  await parts.show('JSON');
  await expect(parts.json).toHaveValue(/sunset\.png/);
  await parts.show('Form');
  await expect(parts.input('title')).toHaveValue(unique);
  expect(await photo.evaluate((input: HTMLInputElement) => input.files?.[0]?.name)).toBe('sunset.png');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = (await recorded('upload')).filter(({ body }) => body.includes(unique));
  expect(sent?.body).toContain(PNG.toString());
});

test('a selected file is sent from the JSON view', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill(unique);
  await page.getByLabel('photo', { exact: true }).setInputFiles(PHOTO);
  await parts.show('JSON');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = (await recorded('upload')).filter(({ body }) => body.includes(unique));
  expect(sent?.body).toContain(PNG.toString());
});

test('several files can be added to a list, and removing a row removes its file', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill(unique);
  await page.getByLabel('photo', { exact: true }).setInputFiles(PHOTO);
  const more = parts.field('/more');
  for (const index of [0, 1, 2]) {
    if (index > 0) await more.getByRole('button', { name: 'Add to more', exact: true }).click();
    await more.getByLabel('more', { exact: true }).nth(index).setInputFiles({ name: `${index}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`content ${index}`) });
  }
  await more.getByRole('button', { name: 'Remove from more', exact: true }).nth(1).click();
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = (await recorded('upload')).filter(({ body }) => body.includes(unique));
  expect(sent?.body).toContain('content 0');
  expect(sent?.body).not.toContain('content 1');
  expect(sent?.body).toContain('content 2');
});

test('a binary body is a file', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/bytes`);
  await page.getByLabel('body', { exact: true }).setInputFiles({ name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(unique) });
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = (await recorded('bytes')).filter(({ body }) => body === unique);
  expect(sent?.headers['content-type']).toBe('application/octet-stream');
});

test('a file that is too large is refused, and nothing is sent', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill(unique);
  await page.getByLabel('photo', { exact: true }).setInputFiles({ ...PHOTO, buffer: Buffer.alloc(10_000_001) });
  await parts.send.click();
  await expect(parts.response).toContainText('sunset.png is larger than 10 MB');
  expect((await recorded('upload')).filter(({ body }) => body.includes(unique))).toEqual([]);
});

test('the media type and the snippet change together', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('name').fill('x');
  const curl = await parts.showSnippet('Shell · curl');
  await expect(curl).toContainText('application/json');
  await page.getByRole('combobox', { name: 'Body format', exact: true }).selectOption('text/plain');
  await parts.input('body').fill('Plain words');
  await expect(curl).toContainText('text/plain');
  await expect(curl).toContainText('Plain words');
});

test('the focus is kept when the form changes', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/schemas`);
  await parts.field('/tree').getByRole('button', { name: 'Fill in left', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(parts.field('/tree').getByRole('textbox', { name: 'label', exact: true }).nth(2)).toBeFocused();
  await parts.field('/limit').getByRole('button', { name: 'Use default', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(parts.input('limit')).toBeFocused();
  const owner = page.getByRole('combobox', { name: 'Variant of owner', exact: true });
  await owner.focus();
  await owner.selectOption({ label: 'Company' });
  await expect(parts.group('owner').getByRole('textbox', { name: 'vat', exact: true })).toBeVisible();
  await expect(owner).toBeFocused();
});

test('an unreachable server is reported, and the form keeps its values', async ({ at, page, parts, faults }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('name').fill('kept');
  await page.route('**/kinds/choices', (route) => route.abort());
  faults.expect(/request failed: net::ERR_FAILED/);
  faults.expect(/^console: .*ERR_FAILED/);
  await parts.fillInExample('A small one');
  await expect(parts.hint).toContainText('This server did not respond.');
  await expect(parts.input('name')).toHaveValue('kept');
});

test('the user chooses the media type of the response, and the snippet accepts it', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('name').fill(unique);
  const curl = await parts.showSnippet('Shell · curl');
  await expect(curl).toContainText('accept: application/json, text/csv, */*;q=0.1');
  await page.getByRole('combobox', { name: 'Accept', exact: true }).selectOption('text/csv');
  await expect(curl).toContainText('accept: text/csv');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = (await recorded('choices')).filter(({ body }) => body.includes(unique));
  expect(sent?.headers.accept).toBe('text/csv');
});
