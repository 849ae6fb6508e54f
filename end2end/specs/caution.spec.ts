// Confirmations before data is deleted and before live data is changed.

import { expect, hasScripts, test } from '../fixtures.ts';

test('deleting requires the id again, and keeps the inputs', async ({ at, page, parts, openOperation, recorded, unique, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 409.*\/api\/call/);
  await openOperation(at.faults, 'apiUserV1Delete');
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  const confirm = page.getByRole('textbox', { name: 'Confirm', exact: true });
  await expect(confirm).toHaveAttribute('aria-invalid', 'true');
  await expect(confirm).toHaveAccessibleDescription(/This deletes permanently\. Retype user_id to confirm\. Does not match/);
  await expect(page.getByText('Does not match')).toHaveCount(1);
  await expect(parts.response).toContainText('Nothing was sent. Correct the marked fields.');
  expect(await recorded(`plain.${unique}`)).toHaveLength(0);
  await expect(parts.input('user_id')).toHaveValue(`plain.${unique}`);
  await confirm.fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect(await recorded(`plain.${unique}`)).toHaveLength(1);
});

test('no confirmation is required if nothing is deleted', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Delete');
  await expect(parts.environment).toHaveValue('example');
  await expect(page.getByRole('textbox', { name: 'Confirm', exact: true })).toBeHidden();
  await openOperation(at.plain, 'apiUserV1Get');
  await expect(page.getByRole('textbox', { name: 'Confirm', exact: true })).toHaveCount(0);
});

test('an id of another environment is said once, at its field', async ({ at, page, parts, openOperation, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 400.*\/api\/call/);
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.input('user_id').fill('user-live-00000000-0000-4000-8000-000000000000');
  await parts.send.click();
  await expect(parts.input('user_id')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('This ID belongs to live')).toHaveCount(1);
  await expect(parts.response).toContainText('Nothing was sent. Correct the marked fields.');
});

test('live data can be changed after unlocking, and the page shows a warning', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.live, 'apiUserV1Create');
  await expect(parts.environment).toHaveValue('live');
  await expect(parts.hint).toHaveText('LIVE: this call changes real data.');
  const unlock = page.getByRole('checkbox', { name: 'Unlock live for 15 minutes', exact: true });
  await expect(unlock).toBeVisible();
  await unlock.check();
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await parts.environment.selectOption('example');
  await expect(unlock).toBeHidden();
});

test('pages show that live data is unlocked, until it is locked again', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.live, 'apiUserV1Create');
  const unlock = page.getByRole('checkbox', { name: 'Unlock live for 15 minutes', exact: true });
  const bar = page.getByRole('status').filter({ hasText: 'LIVE unlocked' });
  if (await unlock.count()) {
    await unlock.check();
    await parts.send.click();
    await expect(parts.response).toContainText('200 OK');
    // The page says so at once.
    await expect(bar).toContainText('minutes left.');
    await expect(unlock).toBeHidden();
  }
  await openOperation(at.live, 'apiUserV1Create');
  await expect(bar).toContainText(/Calls can change real data of Stytch\. 1\d minutes left\./);
  await expect(unlock).toHaveCount(0);
  await page.goto(`${at.live}/stytch`);
  await expect(bar).toBeVisible();
  await bar.getByRole('button', { name: 'Lock again', exact: true }).click();
  await expect(bar).toHaveCount(0);
  await expect(page).toHaveURL(`${at.live}/stytch`);
  await openOperation(at.live, 'apiUserV1Create');
  await expect(unlock).toBeVisible();
});
