// Administration of users: disabling one by name.

import { expect, hasScripts, signIn, test, waitUntilHydrated } from '../fixtures.ts';

const PATH = '/stytch/apiUserV1Get';

test('an administrator disables a user, whose next call is refused, and enables the user again', async ({ at, page, parts, unique, recorded, signInAs, browser, faults }) => {
  test.skip(!hasScripts(), 'the pages of the OpenID Connect provider require scripts');
  faults.expect(/^console: .*status of 403.*\/api\/form/);
  const user = `${unique}@example.com`;
  await page.goto(at.shared + PATH);
  await signInAs(user);
  await expect(page).toHaveURL(at.shared + PATH);
  await waitUntilHydrated(page);

  const context = await browser.newContext();
  const admin = await context.newPage();
  await signIn(admin, at.shared, at.adminToken);
  await admin.goto(`${at.shared}/admin`);
  const users = admin.getByRole('region', { name: 'Users' });
  await users.getByRole('textbox', { name: 'User name or e-mail address' }).fill(user.toUpperCase());
  await users.getByRole('button', { name: 'Disable user' }).click();
  await expect(users.getByRole('listitem').filter({ hasText: user })).toContainText('disabled by');

  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('may no longer use this server');
  expect(await recorded(`plain.${unique}`)).toHaveLength(0);

  await users.getByRole('button', { name: `Enable ${user}` }).click();
  await expect(users.getByRole('button', { name: `Disable ${user}` })).toBeVisible();
  await context.close();
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect(await recorded(`plain.${unique}`)).toHaveLength(1);
});
