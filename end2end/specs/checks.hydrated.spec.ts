// Validation errors are shown at their fields, and inputs keep their values.

import type { Locator } from '@playwright/test';
import { expect, nextCall, test, type OperationPage } from '../fixtures.ts';

/** Sends, and expects the focus on a field with this error message. */
async function expectRefused(parts: OperationPage, input: Locator, message: RegExp | string): Promise<void> {
  const typed = await input.inputValue();
  await parts.send.click();
  await expect(input).toBeFocused();
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(input).toHaveAccessibleDescription(message);
  await expect(input).toHaveValue(typed);
  await expect(parts.response).toContainText('Send the request to see the response.');
}

test.describe('Create', () => {
  test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Create'));

  test('a phone number must be in E.164 format', async ({ parts }) => {
    for (const number of ['15005550006', '+0123', '+1 500 555', '+1234567890123456']) {
      await parts.input('phone_number').fill(number);
      await expectRefused(parts, parts.input('phone_number'), /Must be a phone number in E\.164 format/);
    }
    await parts.input('phone_number').fill('+10000000000');
    await expect(parts.input('phone_number')).not.toHaveAttribute('aria-invalid', 'true');
    await expect(parts.input('phone_number')).not.toHaveAccessibleDescription(/Must be/);
    await parts.send.click();
    await expect(parts.response).toContainText('200 OK');
  });

  test('an external id has at most 128 permitted characters', async ({ parts }) => {
    const input = parts.input('external_id');
    await input.fill('x'.repeat(129));
    await expectRefused(parts, input, /At most 128 characters; this has 129\./);
    await input.fill('not allowed');
    await expectRefused(parts, input, /Only .*alphanumeric|Only .*letters/i);
    await input.fill('x'.repeat(128));
    await parts.send.click();
    await expect(parts.response).toContainText('200 OK');
  });

  test('an email address must have a valid format', async ({ parts }) => {
    await parts.input('email').fill('nobody');
    await expectRefused(parts, parts.input('email'), /Must be an email address/);
  });

  test('a field is validated when it loses focus', async ({ parts }) => {
    await parts.input('email').fill('nobody');
    await expect(parts.input('email')).not.toHaveAttribute('aria-invalid', 'true');
    await parts.input('phone_number').focus();
    await expect(parts.input('email')).toHaveAttribute('aria-invalid', 'true');
    await parts.input('email').fill('a@b.c');
    await expect(parts.input('email')).not.toHaveAttribute('aria-invalid', 'true');
  });

  test('all errors are shown, and the first invalid field is focused', async ({ parts }) => {
    await parts.input('external_id').fill('no spaces');
    await parts.input('phone_number').fill('12');
    await parts.group('untrusted_metadata').getByRole('textbox', { name: 'Key', exact: true }).fill('key');
    await expectRefused(parts, parts.input('phone_number'), /E\.164/);
    await expect(parts.input('external_id')).toHaveAttribute('aria-invalid', 'true');
    const value = parts.group('untrusted_metadata').getByRole('textbox', { name: 'Value', exact: true });
    await expect(value).toHaveAttribute('aria-invalid', 'true');
    await expect(value).toHaveAccessibleDescription(/Enter a JSON value/);
  });

  test('the keys of a map must be unique', async ({ parts }) => {
    const map = parts.group('trusted_metadata');
    const [keys, values] = [map.getByRole('textbox', { name: 'Key', exact: true }), map.getByRole('textbox', { name: 'Value', exact: true })];
    await values.fill('1');
    await parts.send.click();
    await expect(keys).toBeFocused();
    await expect(keys).toHaveAttribute('aria-invalid', 'true');
    await keys.fill('plan');
    await map.getByRole('button', { name: 'Add to trusted_metadata', exact: true }).click();
    await keys.last().fill('plan');
    await values.last().fill('2');
    await parts.send.click();
    await expect(keys.last()).toBeFocused();
    await expect(parts.field('/trusted_metadata')).toContainText('This key is used twice.');
  });

  test('an invalid JSON value is reported at its field', async ({ parts }) => {
    await parts.enterAsJson('email');
    const value = parts.field('/email').getByRole('textbox', { name: 'JSON value', exact: true });
    await value.fill('{"a": }');
    await expectRefused(parts, value, /line 1, column 7/);
  });

  test('Enter in a field sends the call', async ({ page, parts }) => {
    await parts.input('email').fill('a@b.c');
    const call = nextCall(page);
    await parts.input('email').press('Enter');
    expect(await call).toMatchObject({ environment: 'example', arguments: { email: 'a@b.c' } });
    await expect(parts.response).toContainText('200 OK');
  });
});

test.describe('Search', () => {
  test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Search'));

  test('a number must be valid and within its bounds', async ({ parts }) => {
    for (const [number, message] of [['ten', /whole number/], ['1.5', /whole number/], ['1e', /whole number/], ['1001', /1000 or less/], ['-1', /0 or more/]] as const) {
      await parts.input('limit').fill(number);
      await expectRefused(parts, parts.input('limit'), message);
    }
  });

  test('a partly filled object requires its required fields', async ({ parts }) => {
    const operator = parts.group('query').getByRole('combobox', { name: 'operator', exact: true });
    await operator.selectOption('OR');
    await parts.send.click();
    await expect(parts.group('query')).toContainText(/required|missing/i);
    const operands = parts.group('operands').getByRole('textbox', { name: 'Key', exact: true });
    await expect(operands).toBeFocused();
    await expect(operands).toHaveAttribute('aria-invalid', 'true');
    await operator.selectOption('not set');
    await parts.send.click();
    await expect(parts.response).toContainText('200 OK');
  });
});

test.describe('Get', () => {
  test.beforeEach(async ({ at, openOperation }) => openOperation(at.plain, 'apiUserV1Get'));

  test('a path value is required', async ({ parts }) => {
    await expectRefused(parts, parts.input('user_id'), /required|missing/i);
    await parts.input('user_id').fill('user-1');
    await parts.send.click();
    await expect(parts.response).toContainText('200 OK');
  });

  test('a path value cannot change the path', async ({ parts }) => {
    for (const value of ['..', '.', 'a/..', '%2e%2e', 'a\\b']) {
      await parts.input('user_id').fill(value);
      await expectRefused(parts, parts.input('user_id'), /Is part of the path/);
    }
  });
});
