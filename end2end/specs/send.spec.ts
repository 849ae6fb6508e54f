// Sending a call, with scripts and without.

import { expect, hasScripts, test } from '../fixtures.ts';

test('without settings, Send shows the example response as such', async ({ at, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await expect(parts.environment).toHaveValue('example');
  await expect(parts.authentication.getByRole('status').first()).toHaveText('No credential saved. By default, calls use the example environment until you save one.');
  await parts.input('email').fill('a@b.c');
  await parts.send.click();
  await expect(parts.response).toContainText('Example response from the documentation');
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.response.getByRole('region', { name: 'Body', exact: true })).toContainText('"user_id"');
});

test('with the operator’s credential, Send shows the provider’s response', async ({ at, parts, openOperation }) => {
  await openOperation(at.operator, 'apiUserV1Create');
  await expect(parts.environment).toHaveValue('test');
  await expect(parts.authentication.getByRole('status').first()).toHaveText(/^Using the operator's credential · test · fingerprint [0-9a-f]{8}$/);
  await parts.input('email').fill('sandbox@stytch.com');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.response).not.toContainText('Example response');
  // Prism generates this body from the types of Stytch's official document.
  await expect(parts.response.getByRole('region', { name: 'Body', exact: true })).toContainText('"user_id": "string"');
  await expect(parts.response).toContainText(/Headers \(\d+\)/);
});

test('the form stays filled in after sending', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.operator, 'apiUserV1Create');
  await parts.input('email').fill('sandbox@stytch.com');
  await parts.group('name').getByRole('textbox', { name: 'first_name', exact: true }).fill('"Sam" <&>');
  await page.getByRole('combobox', { name: 'create_user_as_pending', exact: true }).selectOption('false');
  await parts.group('roles').getByRole('textbox').fill('reader');
  const metadata = parts.group('trusted_metadata');
  await metadata.getByRole('textbox', { name: 'Key', exact: true }).fill('plan');
  await metadata.getByRole('textbox', { name: 'Value', exact: true }).fill('{"a": "b"}');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.input('email')).toHaveValue('sandbox@stytch.com');
  await expect(parts.group('name').getByRole('textbox', { name: 'first_name', exact: true })).toHaveValue('"Sam" <&>');
  await expect(page.getByRole('combobox', { name: 'create_user_as_pending', exact: true })).toHaveValue('false');
  await expect(parts.group('roles').getByRole('textbox')).toHaveValue('reader');
  await expect(metadata.getByRole('textbox', { name: 'Value', exact: true })).toHaveValue('{"a": "b"}');
  await expect(parts.environment).toHaveValue('test');
  await expect(parts.snippet).toContainText("email: 'sandbox@stytch.com'");
  await expect(parts.snippet).toContainText(`first_name: '"Sam" <&>'`);
});

test('the upstream receives the entered values unchanged', async ({ at, page, parts, openOperation, unique, recorded }) => {
  await openOperation(at.faults, 'apiUserV1Update');
  const user = `plain.${unique}/ä`.replace('/ä', '%ä');
  await parts.input('user_id').fill(user);
  await parts.group('name').getByRole('textbox', { name: 'last_name', exact: true }).fill('ünïcödé 😀 "\\');
  await parts.group('roles').getByRole('textbox').fill('reader');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent, ...more] = await recorded(encodeURIComponent(user));
  expect(more).toEqual([]);
  expect(sent).toMatchObject({ method: 'PUT', path: `/v1/users/${encodeURIComponent(user)}` });
  expect(sent?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(sent?.body ?? '')).toEqual({ name: { last_name: 'ünïcödé 😀 "\\' }, roles: ['reader'] });
  await expect(page).toHaveURL(`${at.faults}/stytch/apiUserV1Update`);
});

test('an environment that requires a credential is explained, and nothing is sent', async ({ at, parts, openOperation, faults }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.environment.selectOption('test');
  if (hasScripts()) {
    faults.expect(/^console: .*status of 401.*\/api\/call/);
    await expect(parts.hint).toHaveText('This environment requires a credential. Save yours under Authentication.');
  }
  await parts.send.click();
  await expect(parts.response).toContainText('No credential for Stytch is set. Save yours under Authentication, or use the example environment.');
});

test('a warning is shown before live calls are sent', async ({ at, parts, openOperation, faults }) => {
  await openOperation(at.operator, 'apiUserV1Create');
  await parts.environment.selectOption('live');
  if (hasScripts()) {
    faults.expect(/^console: .*status of 409.*\/api\/call/);
    await expect(parts.hint).toHaveText('LIVE: this call changes real data.');
  }
  await parts.send.click();
  await expect(parts.response).toContainText('The current credential is for test, not for live. Nothing was sent.');
  await expect(parts.environment).toHaveValue('live');
});

test('an unreachable upstream is reported, and the form keeps its values', async ({ at, parts, openOperation, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 502.*\/api\/call/);
  await openOperation(at.unreachable, 'apiUserV1Create');
  await parts.input('email').fill('a@b.c');
  await parts.send.click();
  await expect(parts.response).toContainText('Stytch cannot be reached from this server.');
  await expect(parts.input('email')).toHaveValue('a@b.c');
});

test('operations of every group have an example response', async ({ at, page, parts, openOperation }) => {
  test.slow();
  await page.goto(`${at.plain}/stytch`);
  const first = page.getByRole('main').locator('section.group').locator('.operations li:first-child a');
  expect(await first.count()).toBeGreaterThan(25);
  const paths = await first.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  for (const path of paths) {
    await openOperation(at.plain, path.replace('/stytch/', ''));
    if ((await page.locator('.examples').count()) > 0) {
      await parts.fillInExample();
      await expect(page.locator('#input textarea[name="arguments"]')).not.toHaveValue('');
    }
    for (const marker of await page.locator('.required').all()) {
      const field = marker.locator('xpath=ancestor::*[@data-at][1]');
      // Required fields of an empty object may stay empty.
      const input = field.getByRole('textbox').first();
      const isOwn = ((await field.getAttribute('data-at')) ?? '').split('/').length === 2;
      if (isOwn && (await input.count()) > 0 && (await input.inputValue()) === '') await input.fill('some-id');
    }
    await parts.send.click();
    await expect(parts.response, path).toContainText(/20\d/);
    await expect(parts.response, path).toContainText('Example response from the documentation');
  }
});
