// Signing in to use the operator's credential, with an access token or with OpenID Connect.

import type { Page } from '@playwright/test';
import { expect, hasScripts, test, waitUntilHydrated } from '../fixtures.ts';

const PATH = '/stytch/apiUserV1Get';

async function signInWithToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('signing in with a token returns to the requested page, and calls succeed', async ({ at, page, parts, unique, recorded, faults }) => {
  faults.expect(/^console: .*status of 401.*\/sign-in/);
  await page.goto(at.shared + PATH);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await signInWithToken(page, 'aex_00000000_wrong');
  await expect(page.getByRole('alert')).toContainText('This access token is unknown, expired or revoked');
  await signInWithToken(page, at.token);
  await expect(page).toHaveURL(at.shared + PATH);
  if (hasScripts()) await waitUntilHydrated(page);
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect(await recorded(`plain.${unique}`)).toHaveLength(1);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await page.goto(at.shared + PATH);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
});

test('users sign in at their organization, and their name is shown', async ({ at, page, signInAs }) => {
  test.skip(!hasScripts(), 'the pages of the OpenID Connect provider require scripts');
  await page.goto(at.shared + PATH);
  await signInAs('Ann@example.com');
  await expect(page).toHaveURL(at.shared + PATH);
  await expect(page.getByRole('banner')).toContainText('ann@example.com');
});

for (const [description, name, message] of [
  ['of another organization', 'eve@example.org', 'eve@example.org may not use this explorer'],
  ['with an unverified email address', 'unverified@example.com', 'has not verified your e-mail address'],
] as const) {
  test(`a user ${description} cannot sign in, and the reason is shown`, async ({ at, page, signInAs, faults }) => {
    test.skip(!hasScripts(), 'the pages of the OpenID Connect provider require scripts');
    faults.expect(/^console: .*status of 401.*\/auth\/callback/);
    await page.goto(at.shared + PATH);
    await signInAs(name);
    await expect(page.getByRole('alert')).toContainText(message);
    await page.goto(at.shared + PATH);
    await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  });
}

test('a callback that this browser did not request is refused', async ({ at, page, faults }) => {
  faults.expect(/^console: .*status of 401.*\/auth\/callback/);
  await page.goto(`${at.shared}/auth/callback?code=stolen&state=guessed`);
  await expect(page.getByRole('alert')).toContainText('The sign-in was not started in this browser');
});
