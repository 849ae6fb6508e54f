// Form and JSON are two views of the same arguments, and switching between them loses nothing.

import { expect, nextCall, test, type OperationPage } from '../fixtures.ts';

test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Create'));

/** Enters JSON, switches to the form and back, and returns the text of the JSON view. */
async function throughTheForm(parts: OperationPage, json: string): Promise<string> {
  await parts.show('JSON');
  await parts.json.fill(json);
  await parts.show('Form');
  await expect(parts.json).toBeHidden();
  await parts.show('JSON');
  await expect(parts.json).toBeVisible();
  return parts.json.inputValue();
}

test('form values are in the JSON view, and in the form again', async ({ page, parts }) => {
  await parts.input('email').fill('a@b.c');
  await page.getByRole('combobox', { name: 'create_user_as_pending', exact: true }).selectOption('false');
  await parts.group('name').getByRole('textbox', { name: 'last_name', exact: true }).fill('Rivera');
  await parts.group('roles').getByRole('textbox').fill('reader');
  await parts.show('JSON');
  const expected = { email: 'a@b.c', name: { last_name: 'Rivera' }, create_user_as_pending: false, roles: ['reader'] };
  expect(JSON.parse(await parts.json.inputValue())).toEqual(expected);
  await expect(parts.input('email')).toBeHidden();
  await parts.show('Form');
  await expect(parts.input('email')).toHaveValue('a@b.c');
  await expect(page.getByRole('combobox', { name: 'create_user_as_pending', exact: true })).toHaveValue('false');
  await expect(parts.group('roles').getByRole('textbox')).toHaveValue('reader');
  await expect(parts.group('name').getByRole('textbox', { name: 'last_name', exact: true })).toHaveValue('Rivera');
});

test('values entered as JSON are in the form and in the snippet', async ({ page, parts }) => {
  await parts.show('JSON');
  await parts.json.fill('{"email": "a@b.c", "roles": ["x", "y"], "trusted_metadata": {"plan": "gold"}}');
  await expect(parts.snippet).toContainText("roles: ['x', 'y']");
  await parts.show('Form');
  await expect(parts.input('email')).toHaveValue('a@b.c');
  const roles = parts.group('roles').getByRole('textbox');
  await expect(roles).toHaveCount(2);
  await expect(roles.last()).toHaveValue('y');
  await expect(parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true })).toHaveValue('"gold"');
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ email: 'a@b.c', roles: ['x', 'y'], trusted_metadata: { plan: 'gold' } });
});

const VALUES: Record<string, unknown> = {
  'null everywhere': { email: null, name: null, roles: null, create_user_as_pending: null, trusted_metadata: null, external_id: null },
  'empty values': { email: '', name: {}, roles: [], trusted_metadata: {}, external_id: '' },
  'false and zero': { create_user_as_pending: false, trusted_metadata: { none: 0, no: false, minus: -0.5 } },
  'nested null and empty values': { name: { first_name: '', last_name: null }, roles: ['', null, 'x'], trusted_metadata: { '': 1, a: null, b: '' } },
  'wrong types': { email: 5, roles: 'one', name: [], create_user_as_pending: 'true', trusted_metadata: 'text', external_id: { a: 1 } },
  'unknown fields': { unknown: null, also: { deep: [{ er: '' }] }, 'with spaces/and~marks+': false },
  'unknown nested fields': { name: { first_name: 'A', nick: 'B' }, attributes: { extra: 0 } },
  'characters of all kinds': { email: ' spaces ', external_id: 'two\nlines\r\n\t', trusted_metadata: { '"\'\\/+{row}': '😀\u2028\u0000' } },
  'lists in lists': { roles: [['a'], { b: 1 }, 0, true], trusted_metadata: { list: [[[]]] } },
  'texts that look like something else': { email: 'null', external_id: 'false', roles: ['0', 'true', '{}'], name: { first_name: '[]' } },
};

for (const [what, value] of Object.entries(VALUES)) {
  test(`${what}: the form loses nothing`, async ({ parts }) => {
    const json = await throughTheForm(parts, JSON.stringify(value));
    expect(JSON.parse(json)).toEqual(value);
  });
}

test('values that the form cannot show stay in the JSON view, and can be sent from there', async ({ page, parts }) => {
  await parts.show('JSON');
  await parts.json.fill('{"": "no name", "email": "a@b.c"}');
  await page.getByRole('radio', { name: 'Form', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'JSON', exact: true })).toBeChecked();
  await expect(parts.json).toHaveAccessibleDescription(/The form cannot show some of these values/);
  const call = nextCall(page);
  await parts.send.click();
  expect((await call).arguments).toEqual({ '': 'no name', email: 'a@b.c' });
});

test('numbers keep every digit', async ({ parts }) => {
  const json = await throughTheForm(parts, '{"trusted_metadata": {"a": 9007199254740993, "b": 1.0, "c": 0.1, "d": 1e400, "e": 123456789012345678901234567890}, "other": 9007199254740993}');
  for (const number of ['"a": 9007199254740993', '"b": 1.0', '"c": 0.1', /"d": 1e\+?400/i, '"e": 123456789012345678901234567890', '"other": 9007199254740993']) {
    expect(json).toEqual(typeof number === 'string' ? expect.stringContaining(number) : expect.stringMatching(number));
  }
});

test('invalid JSON stays in the JSON view, and the position of the error is shown', async ({ page, parts }) => {
  await parts.show('JSON');
  const invalid = '{\n  "email": "a@b.c",\n  "roles": [1,, 2]\n}';
  await parts.json.fill(invalid);
  await page.getByRole('radio', { name: 'Form', exact: true }).click();
  await expect(parts.json).toHaveAccessibleDescription(/line 3, column 15/);
  await expect(parts.json).toHaveAttribute('aria-invalid', 'true');
  await expect(parts.json).toBeFocused();
  await expect(parts.json).toHaveValue(invalid);
  await expect(page.getByRole('radio', { name: 'JSON', exact: true })).toBeChecked();
  await parts.send.click();
  await expect(parts.json).toBeFocused();
  await expect(parts.response).toContainText('Send the request to see the response.');
  await parts.json.fill('{"email": "a@b.c"}');
  await expect(parts.json).not.toHaveAttribute('aria-invalid', 'true');
  await parts.show('Form');
  await expect(parts.input('email')).toHaveValue('a@b.c');
});

test('JSON that is not an object is refused', async ({ parts }) => {
  await parts.show('JSON');
  await parts.json.fill('[1]');
  await parts.send.click();
  await expect(parts.json).toHaveAccessibleDescription(/one JSON object/);
  await expect(parts.json).toBeFocused();
});

test('an invalid value in the form prevents the switch to JSON, and is kept', async ({ page, parts }) => {
  const map = parts.group('trusted_metadata');
  await map.getByRole('textbox', { name: 'Key', exact: true }).fill('plan');
  await map.getByRole('textbox', { name: 'Value', exact: true }).fill('gold');
  await page.getByRole('radio', { name: 'JSON', exact: true }).click();
  await expect(page.getByRole('radio', { name: 'Form', exact: true })).toBeChecked();
  const value = map.getByRole('textbox', { name: 'Value', exact: true });
  await expect(value).toBeFocused();
  await expect(value).toHaveValue('gold');
  await expect(value).toHaveAccessibleDescription('Invalid JSON. Text needs quotes: "gold"');
});

test('invalid arguments entered as JSON are reported with their field', async ({ parts }) => {
  await parts.show('JSON');
  await parts.json.fill('{"phone_number": "123", "create_user_as_pending": "yes"}');
  await parts.send.click();
  await expect(parts.json).toHaveAccessibleDescription(/phone_number: Must be a phone number in E\.164/);
  await expect(parts.json).toHaveAccessibleDescription(/create_user_as_pending: Must be true or false, not text/);
  await expect(parts.response).toContainText('Send the request to see the response.');
});
