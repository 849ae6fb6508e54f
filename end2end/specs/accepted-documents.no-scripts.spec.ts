// Documents on the admin page: the changes since a version was accepted, and the button that accepts them. It runs once, because
// both projects share the server, and a document stays accepted.

import { expect, test } from '../fixtures.ts';

test('an operation is denied until an administrator accepts the document', async ({ at, page, parts }) => {
  await page.goto(`${at.kinds}/orders/exportOrders`);
  const note = page.getByText("The operator's credential is not used for this operation");
  await expect(note).toBeVisible();
  await expect(note).toContainText('POST /orders/export is new');
  const sent = page.waitForResponse((response) => response.request().method() === 'POST');
  await parts.send.click();
  await sent;
  await expect(parts.response).toContainText('Nothing was sent');

  await page.goto(`${at.kinds}/admin`);
  const documents = page.getByRole('region', { name: 'Documents', exact: true });
  await expect(documents).toContainText('Added (2)');
  await expect(documents).toContainText('GET /orders');
  await expect(documents).toContainText('POST /orders/export');
  await expect(documents.getByText(/^current: [0-9a-f]{64}$/)).toBeVisible();
  const accept = documents.getByRole('button', { name: 'Accept the document of orders', exact: true });
  await accept.click();
  await expect(accept).toHaveCount(0);
  await expect(documents).toContainText('The current version is the accepted one.');

  await page.goto(`${at.kinds}/orders/exportOrders`);
  await expect(note).toHaveCount(0);
  await page.goto(`${at.kinds}/admin/audit?what=accept_document`);
  await expect(page.getByRole('row').filter({ hasText: 'orders' }).first()).toBeVisible();
});
