// The form: the input of each kind of field, and the snippet that follows it.

import { expect, nextCall, test, type OperationPage } from '../fixtures.ts';

test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Create'));

/** Assertions on the argument of the TypeScript snippet. */
function snippetOf(parts: OperationPage) {
  return {
    async toHaveArgument(value: string): Promise<void> {
      await expect(parts.snippet).toHaveText(`import stytch from '@utdk/stytch';\n\nawait stytch.apiUserV1Create(${value})`);
    },
  };
}

test('each field has an input of its kind, with its description', async ({ page, parts }) => {
  await expect(parts.input('email')).toHaveAccessibleDescription(/^The email address of the end user\./);
  await expect(parts.input('phone_number')).toHaveAccessibleDescription(/E\.164 format/);
  await expect(parts.input('external_id')).toBeVisible();
  const pending = page.getByRole('combobox', { name: 'create_user_as_pending', exact: true });
  await expect(pending.getByRole('option')).toHaveText(['not set', 'true', 'false']);
  await expect(pending).toHaveAccessibleDescription(/pending vs active/);
  for (const name of ['first_name', 'middle_name', 'last_name']) {
    await expect(parts.group('name').getByRole('textbox', { name, exact: true })).toBeVisible();
  }
  for (const name of ['ip_address', 'user_agent']) {
    await expect(parts.group('attributes').getByRole('textbox', { name, exact: true })).toBeVisible();
  }
  for (const name of ['trusted_metadata', 'untrusted_metadata']) {
    await expect(parts.group(name).getByRole('textbox', { name: 'Key', exact: true })).toBeVisible();
  }
  await expect(parts.group('roles').getByRole('textbox', { name: 'roles', exact: true })).toBeVisible();
});

/** Returns a string literal with the quotes that need fewer backslashes. */
function literal(text: string): string {
  const quote = text.split("'").length > text.split('"').length ? '"' : "'";
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

test('the snippet follows every keystroke', async ({ parts }) => {
  let typed = '';
  for (const key of `ö'\\$"@b.c`) {
    await parts.input('email').press(key === "'" ? 'Quote' : key === '"' ? 'Shift+Quote' : key === 'ö' ? 'o' : key);
    typed += key === 'ö' ? 'o' : key;
    await snippetOf(parts).toHaveArgument(`{\n  email: ${literal(typed)},\n}`);
  }
  await parts.input('email').fill('');
  await snippetOf(parts).toHaveArgument('');
});

test('the snippet can be shown for curl and for the vendor’s SDK', async ({ parts }) => {
  await parts.input('email').fill("it's@b.c");
  const curl = await parts.showSnippet('Shell · curl');
  await expect(curl).toContainText("https://test.stytch.com/v1/users'");
  await expect(curl).toContainText('--user "$STYTCH_PROJECT_ID:$STYTCH_SECRET"');
  await expect(curl).toContainText(String.raw`--data-raw '{"email":"it'\''s@b.c"}'`);
  const node = await parts.showSnippet('JavaScript · Stytch SDK');
  await expect(node).toContainText('secret: process.env.STYTCH_SECRET');
  await expect(node).toContainText(String.raw`email: "it's@b.c"`);
});

test('the snippet can be copied', async ({ page, context, parts }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await parts.input('email').fill('a@b.c');
  const panel = parts.snippet.locator('..');
  await panel.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe("import stytch from '@utdk/stytch';\n\nawait stytch.apiUserV1Create({\n  email: 'a@b.c',\n})");
});

test('a boolean has three states', async ({ page, parts }) => {
  const pending = page.getByRole('combobox', { name: 'create_user_as_pending', exact: true });
  await expect(pending).toHaveValue('');
  for (const value of ['true', 'false']) {
    await pending.selectOption(value);
    await snippetOf(parts).toHaveArgument(`{\n  create_user_as_pending: ${value},\n}`);
  }
  await pending.selectOption('not set');
  await snippetOf(parts).toHaveArgument('');
});

test('list items can be added and removed', async ({ parts }) => {
  const roles = parts.group('roles');
  const items = roles.getByRole('textbox', { name: 'roles', exact: true });
  const add = roles.getByRole('button', { name: 'Add to roles', exact: true });
  await items.fill('reader');
  for (const [index, role] of ['editor', 'owner'].entries()) {
    await add.click();
    await expect(items).toHaveCount(index + 2);
    await expect(items.last()).toBeFocused();
    await items.last().fill(role);
  }
  await snippetOf(parts).toHaveArgument("{\n  roles: ['reader', 'editor', 'owner'],\n}");
  await roles.getByRole('button', { name: 'Remove from roles', exact: true }).nth(1).click();
  await snippetOf(parts).toHaveArgument("{\n  roles: ['reader', 'owner'],\n}");
  await add.click();
  await items.last().fill('guest');
  await snippetOf(parts).toHaveArgument("{\n  roles: ['reader', 'owner', 'guest'],\n}");
  for (let left = 3; left > 0; left--) await roles.getByRole('button', { name: 'Remove from roles', exact: true }).first().click();
  await expect(items).toHaveCount(0);
  await snippetOf(parts).toHaveArgument('');
});

test('a map has keys with JSON values', async ({ parts }) => {
  const map = parts.group('trusted_metadata');
  const [keys, values] = [map.getByRole('textbox', { name: 'Key', exact: true }), map.getByRole('textbox', { name: 'Value', exact: true })];
  const rows: [string, string][] = [
    ['plan', '"gold"'],
    ['seats', '3'],
    ['is-trial', 'false'],
    ['nothing', 'null'],
    ['inside', '{"list": [1, "two"]}'],
  ];
  for (const [index, [key, value]] of rows.entries()) {
    if (index > 0) await map.getByRole('button', { name: 'Add to trusted_metadata', exact: true }).click();
    await keys.nth(index).fill(key);
    await values.nth(index).fill(value);
  }
  await parts.show('JSON');
  const expected = { trusted_metadata: { plan: 'gold', seats: 3, 'is-trial': false, nothing: null, inside: { list: [1, 'two'] } } };
  await expect.poll(async () => JSON.parse(await parts.json.inputValue()) as unknown).toEqual(expected);
});

test('nested fields are sent inside their object', async ({ page, parts }) => {
  await parts.group('name').getByRole('textbox', { name: 'first_name', exact: true }).fill('Sam');
  await parts.group('attributes').getByRole('textbox', { name: 'ip_address', exact: true }).fill('203.0.113.7');
  await snippetOf(parts).toHaveArgument("{\n  name: {\n    first_name: 'Sam',\n  },\n  attributes: {\n    ip_address: '203.0.113.7',\n  },\n}");
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ name: { first_name: 'Sam' }, attributes: { ip_address: '203.0.113.7' } });
});

test('undocumented fields can be sent', async ({ page, parts }) => {
  await page.getByText('Fields not in the document').click();
  await page.getByRole('button', { name: 'Add to other fields', exact: true }).click();
  const other = parts.field('+');
  await other.getByRole('textbox', { name: 'Key', exact: true }).fill('brand_new');
  await other.getByRole('textbox', { name: 'Value', exact: true }).fill('{"deep": [0]}');
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ brand_new: { deep: [0] } });
});

test('a value that a plain input cannot express is entered as JSON at its field', async ({ page, parts }) => {
  await parts.input('email').fill('kept@b.c');
  await parts.enterAsJson('email');
  const email = parts.field('/email').getByRole('textbox', { name: 'JSON value', exact: true });
  await expect(email).toHaveValue('"kept@b.c"');
  await email.fill('null');
  const name = parts.field('/name/first_name');
  await parts.enterAsJson('first_name');
  await expect(name.getByRole('textbox', { name: 'JSON value', exact: true })).toHaveValue('null');
  await name.getByRole('textbox', { name: 'JSON value', exact: true }).fill('""');
  await snippetOf(parts).toHaveArgument("{\n  email: null,\n  name: {\n    first_name: '',\n  },\n}");
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ email: null, name: { first_name: '' } });
});

test('enum values are selected, numbers are entered', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Search');
  const operator = parts.group('query').getByRole('combobox', { name: 'operator', exact: true });
  await expect(operator.getByRole('option')).toHaveText(['not set', 'OR', 'AND']);
  await operator.selectOption('AND');
  await parts.group('operands').getByRole('textbox', { name: 'Key', exact: true }).fill('filter_name');
  await parts.group('operands').getByRole('textbox', { name: 'Value', exact: true }).fill('"status"');
  const limit = parts.input('limit');
  await expect(limit).toHaveAttribute('inputmode', 'numeric');
  await limit.fill('0');
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ query: { operator: 'AND', operands: [{ filter_name: 'status' }] }, limit: 0 });
});
