// Secrets of responses are masked until they are revealed, and can be sent in later calls without being revealed.

import { expect, hasScripts, signIn, test, type OperationPage } from '../fixtures.ts';
import { SESSION_TOKEN } from '../upstream.ts';

async function logIn(parts: OperationPage, note = '1 secret is masked'): Promise<string> {
  await parts.input('email').fill('ann@example.com');
  await parts.input('password').fill('typed-by-ann');
  await parts.send.click();
  await expect(parts.response).toContainText(note);
  const placeholder = parts.response.getByText(/^\{\{response \d+\.session_token\}\}$/);
  await expect(placeholder).toBeVisible();
  return (await placeholder.textContent()) ?? '';
}

test('a login returns a placeholder instead of the token, and the next call uses it', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  const placeholder = await logIn(parts);
  await expect(parts.response).toContainText('user-test-1');
  expect(await page.content()).not.toContain(SESSION_TOKEN);
  await openOperation(at.faults, 'apiSessionV1Authenticate');
  await parts.input('session_token').fill(placeholder);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  // The provider returns the token again; the page shows its placeholder.
  await expect(parts.response).toContainText(placeholder);
  // Code reads it from a variable.
  await expect(parts.snippet).toContainText(/session_token: process\.env\.RESPONSE_\d+_SESSION_TOKEN/);
  expect(await page.content()).not.toContain(SESSION_TOKEN);
});

test('a secret can be revealed', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  const placeholder = await logIn(parts);
  await parts.response.getByRole('button', { name: 'Show', exact: true }).click();
  if (hasScripts()) {
    await expect(parts.response.getByText(SESSION_TOKEN, { exact: true })).toBeVisible();
    await parts.response.getByRole('button', { name: 'Hide', exact: true }).click();
    await expect(parts.response.getByText(placeholder, { exact: true })).toBeVisible();
    expect(await page.content()).not.toContain(SESSION_TOKEN);
  } else {
    await expect(page.getByRole('heading', { name: 'Secret' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Secret', exact: true })).toHaveText(SESSION_TOKEN);
  }
});

test('a placeholder is filled in where the next call takes it', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  const placeholder = await logIn(parts);
  await parts.response.getByRole('button', { name: 'Use in next call', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Use in next call', level: 1 })).toBeVisible();
  await page.locator('main a[href*="/apiSessionV1Authenticate?"]').click();
  await expect(parts.input('session_token')).toHaveValue(placeholder);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect(await page.content()).not.toContain(SESSION_TOKEN);
});

test('an unknown placeholder is refused at its field', async ({ at, page, parts, openOperation, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 400.*\/api\/call/);
  await openOperation(at.faults, 'apiSessionV1Authenticate');
  await parts.input('session_token').fill('{{response 999999.session_token}}');
  await parts.send.click();
  await expect(parts.field('/session_token')).toContainText('refers to no secret');
  await expect(parts.input('session_token')).toHaveValue('{{response 999999.session_token}}');
  await expect(page.getByRole('button', { name: 'Show', exact: true })).toHaveCount(0);
});

test('without the grant, secrets cannot be revealed', async ({ at, page, parts, openOperation }) => {
  await signIn(page, at.shared, at.token);
  await openOperation(at.shared, 'apiPasswordV1Authenticate');
  await logIn(parts, 'values that may be secret are masked');
  await expect(parts.response).toContainText('ask the operator for the grant reveal');
  await expect(parts.response.getByRole('button', { name: 'Show', exact: true })).toHaveCount(0);
});
