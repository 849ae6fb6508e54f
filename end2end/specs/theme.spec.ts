// The theme: chosen in the footer, with scripts and without, and rendered by the server.

import type { Page } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, hasScripts, open, test } from '../fixtures.ts';

const LIGHT_PAPER = 'rgb(245, 246, 248)';
const DARK_PAPER = 'rgb(13, 17, 23)';
const background = (page: Page) => page.locator('body');
const choice = (page: Page, name: string) => page.getByRole('form', { name: 'Theme' }).getByRole('button', { name, exact: true });

for (const colorScheme of ['light', 'dark'] as const) {
  const [system, other, chosen] = colorScheme === 'light' ? [LIGHT_PAPER, DARK_PAPER, 'Dark'] : [DARK_PAPER, LIGHT_PAPER, 'Light'];

  test(`a reader whose system is ${colorScheme} chooses the other theme, and that of the system again`, async ({ at, page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, `${at.plain}/stytch/apiUserV1Create`);
    await expect(background(page)).toHaveCSS('background-color', system);
    await choice(page, chosen).click();
    await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
    await expect(choice(page, chosen)).toHaveAttribute('aria-pressed', 'true');
    await expect(background(page)).toHaveCSS('background-color', other);
    await expect(choice(page, 'System')).toHaveAttribute('aria-pressed', 'false');
    // The server renders it, on other pages too.
    await expect(async () => {
      await page.goto(at.plain);
      await expect(page.locator('html')).toHaveAttribute('data-theme', chosen.toLowerCase(), { timeout: 500 });
    }).toPass();
    await expect(background(page)).toHaveCSS('background-color', other);
    await choice(page, 'System').click();
    await expect(background(page)).toHaveCSS('background-color', system);
  });
}

test('the choice keeps what was typed if scripts run', async ({ at, page, parts, openOperation }) => {
  test.skip(!hasScripts());
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('ada@example.com');
  await choice(page, 'Dark').click();
  await expect(background(page)).toHaveCSS('background-color', DARK_PAPER);
  await expect(parts.input('email')).toHaveValue('ada@example.com');
});

test('axe reports no violations in a chosen theme', async ({ at, page }) => {
  test.skip(!hasScripts());
  for (const name of ['Light', 'Dark']) {
    await open(page, `${at.plain}/stytch/apiUserV1Create`);
    await choice(page, name).click();
    await expect(choice(page, name)).toHaveAttribute('aria-pressed', 'true');
    const { violations } = await new AxeBuilder({ page }).include('footer').analyze();
    expect.soft(violations.map(({ id }) => id)).toEqual([]);
  }
});
