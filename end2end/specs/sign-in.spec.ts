// Whoever would use the operator's credential says who they are, with a token or at their own provider of identities.

import type { Page } from '@playwright/test';
import { alive, expect, hasScripts, test } from '../fixtures.ts';

const PATH = '/stytch/apiUserV1Get';

async function enter(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in at the provider of identities as somebody. */
async function signInAs(page: Page, name: string): Promise<void> {
  // Its pages ask for a font of the web, which is not there.
  await page.route(/fonts\.googleapis\.com|\/favicon\.ico$/, (route) => route.fulfill({ body: '' }));
  await page.getByRole('link', { name: 'Sign in with your organisation' }).click();
  await page.locator('[name="login"]').fill(name);
  await page.locator('[name="password"]').fill('any');
  await page.locator('[type="submit"]').first().click();
  await page.locator('[type="submit"]').first().click();
}

test('a token leads back to the page that was asked for, and calls are made', async ({ at, page, parts, unique, recorded, faults }) => {
  faults.expect(/^console: .*status of 401.*\/sign-in/);
  await page.goto(at.shared + PATH);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await enter(page, 'aex_00000000_wrong');
  await expect(page.getByRole('alert')).toContainText('This access token is unknown, expired or revoked');
  await enter(page, at.token);
  await expect(page).toHaveURL(at.shared + PATH);
  if (hasScripts()) await alive(page);
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect(await recorded(`plain.${unique}`)).toHaveLength(1);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await page.goto(at.shared + PATH);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
});

test('people sign in at their organisation, and are named', async ({ at, page }) => {
  test.skip(!hasScripts(), 'the pages of the provider of identities are not ours');
  await page.goto(at.shared + PATH);
  await signInAs(page, 'Ann@example.com');
  await expect(page).toHaveURL(at.shared + PATH);
  await expect(page.getByRole('banner')).toContainText('ann@example.com');
});

for (const [who, name, said] of [
  ['of another organisation', 'eve@example.org', 'eve@example.org may not use this explorer'],
  ['whose address nobody has verified', 'unverified@example.com', 'has not verified your e-mail address'],
] as const) {
  test(`somebody ${who} is not let in, and told why`, async ({ at, page, faults }) => {
    test.skip(!hasScripts(), 'the pages of the provider of identities are not ours');
    faults.expect(/^console: .*status of 401.*\/auth\/callback/);
    await page.goto(at.shared + PATH);
    await signInAs(page, name);
    await expect(page.getByRole('alert')).toContainText(said);
    await page.goto(at.shared + PATH);
    await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  });
}

test('an answer that this browser did not ask for lets nobody in', async ({ at, page, faults }) => {
  faults.expect(/^console: .*status of 401.*\/auth\/callback/);
  await page.goto(`${at.shared}/auth/callback?code=stolen&state=guessed`);
  await expect(page.getByRole('alert')).toContainText('The sign-in was not started in this browser');
});
