// Confirmations before data is deleted and before live data is changed.

import { expect, hasScripts, test } from '../fixtures.ts';

test('deleting requires the id again, and keeps the inputs', async ({ at, page, parts, openOperation, recorded, unique, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 409.*\/api\/call/);
  await openOperation(at.faults, 'apiUserV1Delete');
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('To confirm, type the user_id again');
  expect(await recorded(`plain.${unique}`)).toHaveLength(0);
  await expect(parts.input('user_id')).toHaveValue(`plain.${unique}`);
  await page.getByRole('textbox', { name: 'Confirm', exact: true }).fill(`plain.${unique}`);
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
