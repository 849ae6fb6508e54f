// Every kind of input, on a document that contains them all (`kinds.yaml`), with scripts and without.

import { expect, hasScripts, open, type OperationPage, test, unfold } from '../fixtures.ts';
import { PNG } from '../upstream.ts';
import type { Page } from '@playwright/test';

const PHOTO = { name: 'sunset.png', mimeType: 'image/png', buffer: PNG };

/** Selects an option that changes the form. Without scripts, this requires a button. */
async function choose(page: Page, name: string, option: string): Promise<void> {
  const list = page.getByRole('combobox', { name, exact: true });
  await list.selectOption({ label: option });
  if (hasScripts()) return;
  await page.getByRole('button', { name: 'Show fields', exact: true }).first().click();
  await unfold(page);
}

async function sendAndSucceed(parts: OperationPage): Promise<void> {
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
}

test('a file is uploaded beside other fields', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill(unique);
  await page.getByLabel('photo', { exact: true }).setInputFiles(PHOTO);
  await parts.group('details').getByRole('textbox', { name: 'place', exact: true }).fill('Capri');
  await sendAndSucceed(parts);
  const sent = (await recorded('upload')).filter(({ body }) => body.includes(unique));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(sent[0]?.body).toContain('filename="sunset.png"');
  expect(sent[0]?.body).toContain(PNG.toString());
  expect(sent[0]?.body).toContain('{"place":"Capri"}');
});

test('a missing file is reported, and inputs keep their values', async ({ at, page, parts, faults }) => {
  await open(page, `${at.kinds}/kinds/upload`);
  await parts.input('title').fill('no photo');
  if (!hasScripts()) faults.expect(/^console: .*status of 400/);
  await parts.send.click();
  await expect(parts.field('/photo')).toContainText('This field is required.');
  await expect(parts.input('title')).toHaveValue('no photo');
});

test('a body is sent in the selected media type', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await expect(page.getByRole('combobox', { name: 'Body format', exact: true }).getByRole('option')).toHaveText(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/xml']);
  await parts.input('name').fill(unique);
  await choose(page, 'Body format', 'application/x-www-form-urlencoded');
  await expect(parts.group('tags')).toBeVisible();
  await expect(parts.input('name')).toHaveValue(unique);
  await parts.group('tags').getByRole('textbox', { name: 'tags', exact: true }).fill('a b');
  await sendAndSucceed(parts);
  await choose(page, 'Body format', 'text/plain');
  await parts.input('body').fill(`plain ${unique}`);
  await sendAndSucceed(parts);
  const sent = (await recorded('choices')).filter(({ body }) => body.includes(unique));
  expect(sent.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
    ['application/x-www-form-urlencoded', `name=${unique}&tags=a%20b`],
    ['text/plain', `plain ${unique}`],
  ]);
});

test('a body of XML is written from its fields', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await choose(page, 'Body format', 'application/xml');
  await parts.input('name').fill(`${unique} & co`);
  await parts.group('tags').getByRole('textbox', { name: 'tags', exact: true }).fill('a<b');
  await sendAndSucceed(parts);
  const [sent] = (await recorded('choices')).filter(({ body }) => body.includes(unique));
  expect(sent?.headers['content-type']).toBe('application/xml');
  expect(sent?.body).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n<choice name="${unique} &amp; co"><tags><tag>a&lt;b</tag></tags></choice>`);
});

test('the user chooses the media type of the response', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('name').fill(unique);
  await sendAndSucceed(parts);
  const accept = page.getByRole('combobox', { name: 'Accept', exact: true });
  await accept.selectOption('text/csv');
  await sendAndSucceed(parts);
  await expect(accept).toHaveValue('text/csv');
  const sent = (await recorded('choices')).filter(({ body }) => body.includes(unique));
  expect(sent.map(({ headers }) => headers.accept)).toEqual(['application/json, text/csv, */*;q=0.1', 'text/csv']);
});

test('an example fills the form, and other values stay', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('count').fill('7');
  await parts.fillInExample('A small one');
  await expect(parts.input('name')).toHaveValue('small');
  await expect(parts.input('count')).toHaveValue('7');
  await parts.fillInExample('A large one');
  await expect(parts.input('name')).toHaveValue('large');
  await expect(parts.input('count')).toHaveValue('1000');
});

test('buttons insert defaults and examples of fields', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/schemas`);
  await expect(parts.input('limit')).toHaveAttribute('placeholder', '25');
  await parts.field('/limit').getByRole('button', { name: 'Use default', exact: true }).click();
  await expect(parts.input('limit')).toHaveValue('25');
  await parts.field('/city').getByRole('button', { name: 'Oslo', exact: true }).click();
  await expect(parts.input('city')).toHaveValue('Oslo');
});

test('nested values of every kind are sent', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/schemas`);
  await choose(page, 'Variant of owner', 'Company');
  await parts.group('owner').getByRole('textbox', { name: 'vat', exact: true }).fill(unique);
  await choose(page, 'Variant of size', 'Exact size');
  await parts.field('/size').getByRole('textbox', { name: 'size', exact: true }).fill('2.5');

  // A recursive schema is opened level by level.
  const labels = parts.field('/tree').getByRole('textbox', { name: 'label', exact: true });
  await labels.nth(0).fill('root');
  await labels.nth(1).fill('branch');
  await parts.field('/tree').getByRole('button', { name: 'Fill in left', exact: true }).click();
  await labels.nth(2).fill('leaf');
  await expect(labels.nth(0)).toHaveValue('root');

  // A list of objects, a row at a time.
  const people = parts.field('/people');
  await people.getByRole('textbox', { name: 'name', exact: true }).fill('Ada');
  await people.getByRole('textbox', { name: 'kind', exact: true }).fill('person');
  await people.getByRole('button', { name: 'Add to people', exact: true }).click();
  await people.getByRole('textbox', { name: 'name', exact: true }).nth(1).fill('Grace');
  await people.getByRole('textbox', { name: 'kind', exact: true }).nth(1).fill('person');

  await parts.field('/prices').getByRole('textbox', { name: 'Key', exact: true }).fill('tea');
  await parts.field('/prices').getByRole('textbox', { name: 'Value', exact: true }).fill('1.15');
  await parts.unfold();
  await parts.input('free').fill('[1, {"a": null}]');
  await page.getByRole('combobox', { name: 'level', exact: true }).selectOption({ label: '2 – High' });
  await page.getByLabel('pin', { exact: true }).fill('1234');
  await parts.input('letter').fill('Dear Ada,\n\nyes.');
  await sendAndSucceed(parts);
  const [sent] = (await recorded('schemas')).filter(({ body }) => body.includes(unique));
  expect(JSON.parse(sent?.body ?? '')).toEqual({
    owner: { kind: 'company', vat: unique },
    size: 2.5,
    tree: { label: 'root', left: { label: 'branch', left: { label: 'leaf' } } },
    people: [
      { kind: 'person', name: 'Ada' },
      { kind: 'person', name: 'Grace' },
    ],
    prices: { tea: 1.15 },
    free: [1, { a: null }],
    level: 2,
    pin: '1234',
    letter: 'Dear Ada,\n\nyes.',
  });
});

test('values of another variant or media type are kept', async ({ at, page, parts }) => {
  await open(page, `${at.kinds}/kinds/schemas`);
  const owner = parts.group('owner');
  await choose(page, 'Variant of owner', 'Company');
  await owner.getByRole('textbox', { name: 'vat', exact: true }).fill('IT1');
  await choose(page, 'Variant of owner', 'Person');
  await owner.getByRole('textbox', { name: 'name', exact: true }).fill('Ada');
  await choose(page, 'Variant of owner', 'Company');
  await expect(owner.getByRole('textbox', { name: 'vat', exact: true })).toHaveValue('IT1');
  await choose(page, 'Variant of owner', 'Person');
  await expect(owner.getByRole('textbox', { name: 'name', exact: true })).toHaveValue('Ada');

  await open(page, `${at.kinds}/kinds/choices`);
  await parts.input('count').fill('7');
  await choose(page, 'Body format', 'text/plain');
  await parts.input('body').fill('Plain words,\non two lines');
  await choose(page, 'Body format', 'application/json');
  await expect(parts.input('count')).toHaveValue('7');
  await choose(page, 'Body format', 'text/plain');
  await expect(parts.input('body')).toHaveValue('Plain words,\non two lines');
});

test('every parameter style is serialized as documented', async ({ at, page, parts, recorded, unique }) => {
  await open(page, `${at.kinds}/kinds/styles`);
  const row = (name: string) => parts.group(name).getByRole('textbox', { name, exact: true });
  await row('simple').fill('a');
  await row('label').fill('3');
  await parts.input('matrix').fill(unique);
  await row('exploded').fill('1');
  await parts.group('exploded').getByRole('button', { name: 'Add to exploded', exact: true }).click();
  await row('exploded').nth(1).fill('2');
  await parts.group('deep').getByRole('textbox', { name: 'color', exact: true }).fill('red');
  await parts.group('filter').getByRole('textbox', { name: 'since', exact: true }).fill('2026-11-23');
  await row('X-Trace').fill('t1');
  await parts.input('taste').fill('sweet');
  await sendAndSucceed(parts);
  const [sent] = (await recorded('styles')).filter(({ path }) => path.includes(unique));
  expect(sent?.path).toBe(`/styles/a/.3/;matrix=${unique}?exploded=1&exploded=2&deep%5Bcolor%5D=red&filter=${encodeURIComponent('{"since":"2026-11-23"}')}`);
  expect(sent?.headers).toMatchObject({ 'x-trace': 't1', cookie: 'taste=sweet' });
});

test('responses are documented by status, with links between types', async ({ at, page }) => {
  await open(page, `${at.kinds}/kinds/schemas`);
  const summary = page.getByRole('region', { name: 'Responses', exact: true });
  await expect(summary.getByText('Something went wrong.')).toBeVisible();
  await summary.getByRole('link', { name: '200', exact: true }).click();
  await expect(page).toHaveURL(`${at.kinds}/kinds/schemas/replies#reply-200`);
  const main = page.getByRole('main');
  await expect(main.getByText('The status again.')).toBeVisible();
  await expect(main.getByText('How many more.')).toBeVisible();
  await expect(main.getByText('What people call them.')).toBeHidden();
  await main.getByRole('link', { name: 'Person', exact: true }).click();
  await expect(page).toHaveURL(/#type-Person$/);
  const person = page.locator('#type-Person');
  if (!(await person.evaluate((details: HTMLDetailsElement) => details.open))) await person.locator('summary').click();
  await expect(main.getByText('What people call them.')).toBeVisible();
});
