// The accessibility tree of the operation page without scripts; see tree.hydrated.spec.ts.

import { test, expect } from '../fixtures.ts';

test('operation page', async ({ page, at }) => {
  await page.goto(`${at.plain}/stytch/apiUserV1Create`);
  await expect(page.locator('body')).toMatchAriaSnapshot({ name: 'operation-no-scripts.aria.yml' });
});
