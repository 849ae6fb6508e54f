// Secrets of replies are not shown until somebody asks, and can be sent on without being shown at all.

import { expect, hasScripts, signIn, test, type OperationPage } from '../fixtures.ts';
import { SESSION_TOKEN } from '../upstream.ts';

async function logIn(parts: OperationPage): Promise<string> {
  await parts.input('email').fill('ann@example.com');
  await parts.input('password').fill('typed-by-ann');
  await parts.send.click();
  await expect(parts.response).toContainText('1 secret is masked');
  const handle = parts.response.getByText(/^\{\{reply \d+ · session_token\}\}$/);
  await expect(handle).toBeVisible();
  return (await handle.textContent()) ?? '';
}

test('a login gives a handle in place of the token, and the next call is made with it', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  const handle = await logIn(parts);
  await expect(parts.response).toContainText('user-test-1');
  expect(await page.content()).not.toContain(SESSION_TOKEN);
  await openOperation(at.faults, 'apiSessionV1Authenticate');
  await parts.input('session_token').fill(handle);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  // The provider repeats the token; the page repeats what stands for it.
  await expect(parts.response).toContainText(handle);
  // Code reads it from a variable.
  await expect(parts.snippet).toContainText(/session_token: process\.env\.REPLY_\d+_SESSION_TOKEN/);
  expect(await page.content()).not.toContain(SESSION_TOKEN);
});

test('a secret is shown to whoever asks for it', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  const handle = await logIn(parts);
  await parts.response.getByRole('button', { name: 'Show', exact: true }).click();
  if (hasScripts()) {
    await expect(parts.response.getByText(SESSION_TOKEN, { exact: true })).toBeVisible();
    await parts.response.getByRole('button', { name: 'Hide', exact: true }).click();
    await expect(parts.response.getByText(handle, { exact: true })).toBeVisible();
    expect(await page.content()).not.toContain(SESSION_TOKEN);
  } else {
    await expect(page.getByRole('heading', { name: 'Secret' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Secret', exact: true })).toHaveText(SESSION_TOKEN);
  }
});

test('a handle that stands for nothing is refused at its field', async ({ at, page, parts, openOperation, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 400.*\/api\/call/);
  await openOperation(at.faults, 'apiSessionV1Authenticate');
  await parts.input('session_token').fill('{{reply 999999 · session_token}}');
  await parts.send.click();
  await expect(parts.response).toContainText('refers to no secret');
  await expect(parts.input('session_token')).toHaveValue('{{reply 999999 · session_token}}');
  await expect(page.getByRole('button', { name: 'Show', exact: true })).toHaveCount(0);
});

test('who may not see secrets is offered no way to', async ({ at, page, parts, openOperation }) => {
  await signIn(page, at.shared, at.token);
  await openOperation(at.shared, 'apiPasswordV1Authenticate');
  await logIn(parts);
  await expect(parts.response).toContainText("Only users with the operator's permission may see secrets");
  await expect(parts.response.getByRole('button', { name: 'Show', exact: true })).toHaveCount(0);
});
