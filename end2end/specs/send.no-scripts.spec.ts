// Without scripts, calls are sent as form posts.

import { expect, test } from '../fixtures.ts';

test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Create'));

test('invalid fields are marked, and inputs keep their values', async ({ page, parts, faults }) => {
  faults.expect(/^console: .*status of 400/);
  await parts.input('email').fill('nobody');
  await parts.input('phone_number').fill('12');
  await parts.input('external_id').fill('x'.repeat(129));
  await parts.group('trusted_metadata').getByRole('textbox', { name: 'Key', exact: true }).fill('plan');
  await parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true }).fill('gold');
  const [response] = await Promise.all([page.waitForResponse((received) => received.request().method() === 'POST'), parts.send.click()]);
  expect(response.status()).toBe(400);
  await expect(parts.response).toContainText('Some fields are invalid. Nothing was sent. Correct the marked fields.');
  await expect(parts.input('email')).toHaveAccessibleDescription(/Must be an email address/);
  await expect(parts.input('phone_number')).toHaveAccessibleDescription(/E\.164/);
  await expect(parts.input('external_id')).toHaveAccessibleDescription(/this has 129/);
  const value = parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true });
  await expect(value).toHaveAccessibleDescription(/Invalid JSON\. Text needs quotes/);
  for (const input of [parts.input('email'), parts.input('phone_number'), parts.input('external_id'), value]) {
    await expect(input).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(parts.input('email')).toHaveValue('nobody');
  await expect(parts.input('external_id')).toHaveValue('x'.repeat(129));
  await expect(value).toHaveValue('gold');
});

test('rows can be added and removed, and inputs keep their values', async ({ parts }) => {
  const roles = parts.group('roles');
  const items = roles.getByRole('textbox', { name: 'roles', exact: true });
  await parts.input('email').fill('not checked yet');
  await items.fill('reader');
  await roles.getByRole('button', { name: 'Add to roles', exact: true }).click();
  await expect(items).toHaveCount(2);
  await expect(items.first()).toHaveValue('reader');
  await expect(parts.input('email')).toHaveValue('not checked yet');
  await items.last().fill('editor');
  await roles.getByRole('button', { name: 'Add to roles', exact: true }).click();
  await expect(items).toHaveCount(3);
  await roles.getByRole('button', { name: 'Remove from roles', exact: true }).first().click();
  await expect(items.first()).toHaveValue('editor');
  await parts.input('email').fill('a@b.c');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.snippet).toContainText("roles: ['editor']");
  const metadata = parts.group('trusted_metadata');
  await metadata.getByRole('button', { name: 'Add to trusted_metadata', exact: true }).click();
  await expect(metadata.getByRole('textbox', { name: 'Key', exact: true })).toHaveCount(2);
});

test('the arguments can be entered as JSON', async ({ parts }) => {
  await parts.show('JSON');
  await expect(parts.input('email')).toBeHidden();
  await parts.json.fill('{"email": null, "create_user_as_pending": false, "name": {"first_name": ""}, "new_field": [0]}');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.json).toHaveValue(/"new_field"/);
  await expect(parts.snippet).toContainText('email: null');
  await expect(parts.snippet).toContainText("first_name: ''");
  // The other view has the same arguments, and can be sent as well.
  await parts.show('Form');
  await expect(parts.field('/email').getByRole('textbox', { name: 'JSON value', exact: true })).toHaveValue('null');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.snippet).toContainText('new_field: [0]');
});

test('invalid JSON stays in the input, and the position of the error is shown', async ({ parts, faults }) => {
  faults.expect(/^console: .*status of 400/);
  await parts.show('JSON');
  await parts.json.fill('\n{"email": }');
  await parts.send.click();
  await expect(parts.json).toBeVisible();
  await expect(parts.json).toHaveValue('\n{"email": }');
  await expect(parts.json).toHaveAttribute('aria-invalid', 'true');
  await expect(parts.json).toHaveAccessibleDescription(/line 2, column 11/);
});

test('a single value can be entered as JSON', async ({ parts }) => {
  await parts.enterAsJson('email');
  await parts.field('/email').getByRole('textbox', { name: 'JSON value', exact: true }).fill('null');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.jsonButton('email')).toHaveAttribute('aria-pressed', 'true');
  await expect(parts.snippet).toContainText('email: null');
});

test('Enter in a field sends the call', async ({ parts }) => {
  await parts.input('email').fill('a@b.c');
  await parts.input('email').press('Enter');
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.input('email')).toHaveValue('a@b.c');
});

test('a response can be collapsed and shown raw', async ({ page, parts }) => {
  await parts.send.click();
  const body = parts.response.getByRole('region', { name: 'Body', exact: true });
  await expect(body).toBeVisible();
  await body.locator('summary').first().click();
  await expect(body.getByText('"user_id"').first()).toBeHidden();
  await page.getByRole('radio', { name: 'Raw', exact: true }).check();
  await expect(body).toBeHidden();
  await expect(parts.response.getByRole('region', { name: 'Raw body', exact: true })).toContainText('"user_id"');
});

test('controls that require scripts are not shown', async ({ page, parts }) => {
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  for (const name of ['Copy', 'Download', 'Cancel']) await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await parts.unfold();
  // Playwright's text matching ignores <noscript>.
  expect(await parts.gateway.innerText()).toContain('Without JavaScript, this server makes the call.');
});
