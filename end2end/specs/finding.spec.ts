// Finding operations: search suggestions, filter, sidebar, previous and next operation; with scripts and without.

import type { Page } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, hasScripts, open, test } from '../fixtures.ts';

const searchOf = (page: Page) => page.getByLabel('Search operations', { exact: true });
const suggestions = (page: Page) => page.getByRole('listbox', { name: 'Operations found' }).getByRole('option');

/** Opens a page and waits until its search is hydrated. */
async function openSearch(page: Page, url: string): Promise<void> {
  await open(page, url);
  await expect(searchOf(page)).toHaveRole('combobox');
}

test('the search form opens a page with the results', async ({ at, page }) => {
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  await searchOf(page).fill('POST /v1/users');
  await searchOf(page).press('Enter');
  await expect(page).toHaveURL(`${at.plain}/search?q=POST+%2Fv1%2Fusers`);
  const results = page.getByRole('region', { name: 'Search results' }).getByRole('link');
  await expect(results.first()).toHaveAttribute('href', '/stytch/apiUserV1Create');
  await expect(searchOf(page)).toHaveValue('POST /v1/users');
});

test('the filter shows only matching operations', async ({ at, page }) => {
  await open(page, `${at.plain}/stytch`);
  if (hasScripts()) await expect(searchOf(page)).toHaveRole('combobox');
  const filter = page.getByLabel('Filter the operations of Stytch', { exact: true });
  await filter.fill('impersonate');
  if (!hasScripts()) await filter.press('Enter');
  await expect(page.locator('.operations').getByRole('link')).toHaveText([/Impersonate a user/, /Impersonate a member/]);
  if (hasScripts()) {
    await expect(page.locator('#filtered')).toHaveText('2 of 184 operations');
    await filter.fill('');
    await expect(page.locator('.operations').getByRole('link')).toHaveCount(184);
  }
});

test('the sidebar links to other operations of the group', async ({ at, page }) => {
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  const sidebar = page.getByRole('navigation', { name: 'Operations', exact: true });
  await expect(sidebar.getByRole('link', { name: 'POST Create a user', exact: true })).toHaveAttribute('aria-current', 'page');
  await sidebar.getByRole('link', { name: 'PUT Update a user', exact: true }).click();
  await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Update`);
});

test('the sidebar is collapsed on a narrow screen', async ({ at, page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  const sidebar = page.getByRole('navigation', { name: 'Operations', exact: true });
  await expect(sidebar.getByText('Update a user')).toBeHidden();
  await sidebar.getByText('Operations', { exact: true }).click();
  await expect(sidebar.getByText('Update a user')).toBeVisible();
});

test('links open the next, the previous and related operations', async ({ at, page }) => {
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  await page.getByRole('link', { name: 'Next Search users', exact: true }).click();
  await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Search`);
  await page.getByRole('link', { name: 'Previous Create a user', exact: true }).click();
  await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
  await page.getByRole('region', { name: 'Related operations' }).getByRole('link').first().click();
  await expect(page).not.toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
});

test.describe('search suggestions', () => {
  test.skip(() => !hasScripts());

  test('the search works with the keyboard on any page', async ({ at, page }) => {
    await openSearch(page, `${at.plain}/stytch/apiUserV1Get`);
    await page.keyboard.press('/');
    await expect(searchOf(page)).toBeFocused();
    await page.keyboard.type('serach users');
    await expect(suggestions(page).first()).toHaveAttribute('href', '/stytch/apiUserV1Search');
    await expect(searchOf(page)).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('ArrowDown');
    await expect(suggestions(page).first()).toHaveAttribute('aria-selected', 'true');
    await expect(searchOf(page)).toHaveAttribute('aria-activedescendant', 'suggestion-0');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Search`);
  });

  test('arrow keys wrap around, Escape closes the list', async ({ at, page }) => {
    await openSearch(page, at.plain);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('delete');
    await expect(suggestions(page)).toHaveCount(8);
    await page.keyboard.press('ArrowUp');
    await expect(suggestions(page).last()).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowDown');
    await expect(suggestions(page).first()).toHaveAttribute('aria-selected', 'true');
    await expect(page.locator('#suggestion-list [aria-selected=true]')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(suggestions(page)).toHaveCount(0);
    await expect(searchOf(page)).toHaveAttribute('aria-expanded', 'false');
    await expect(searchOf(page)).toHaveValue('delete');
  });

  test('a slash in a field does not open the search', async ({ at, page, parts, openOperation }) => {
    await openOperation(at.plain, 'apiUserV1Create');
    await expect(searchOf(page)).toHaveRole('combobox');
    await parts.input('email').focus();
    await page.keyboard.type('a/b');
    await expect(parts.input('email')).toHaveValue('a/b');
  });

  test('a click opens a suggestion, and a click elsewhere closes the list', async ({ at, page }) => {
    await openSearch(page, `${at.plain}/stytch`);
    await searchOf(page).fill('impersonate member');
    await expect(suggestions(page)).toHaveCount(1);
    await page.getByRole('contentinfo').click();
    await expect(suggestions(page)).toHaveCount(0);
    await searchOf(page).fill('totp delete');
    await suggestions(page).first().click();
    await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1DeleteTotp`);
  });

  test('the focused, empty search lists the operations opened last', async ({ at, page }) => {
    const opened = ['apiUserV1Get', 'apiUserV1Delete', 'apiUserV1Create', 'apiUserV1Get'];
    for (const name of opened) {
      await page.goto(`${at.plain}/stytch/${name}`);
      await expect(searchOf(page)).toHaveRole('combobox');
    }
    await openSearch(page, at.plain);
    await page.keyboard.press('/');
    await expect(page.locator('#suggestion-status')).toHaveText('Recent');
    await expect(suggestions(page)).toHaveText([/Get a user/, /Create a user/, /Delete a user/]);
    await searchOf(page).fill('impersonate member');
    await expect(suggestions(page)).toHaveCount(1);
    await searchOf(page).fill('');
    await expect(suggestions(page)).toHaveCount(3);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
    expect(await page.evaluate(() => localStorage.getItem('recent'))).toMatch(/^(\/stytch\/\w+\n){2}\/stytch\/\w+$/);
  });

  test('the search lists nothing before an operation was opened', async ({ at, page }) => {
    await openSearch(page, at.plain);
    await searchOf(page).focus();
    await expect(searchOf(page)).toHaveAttribute('aria-expanded', 'false');
    await searchOf(page).fill('impersonate member');
    await expect(suggestions(page)).toHaveCount(1);
    await searchOf(page).fill('');
    await expect(suggestions(page)).toHaveCount(0);
  });

  test('commands choose the theme and the environment, and open pages', async ({ at, page, parts, openOperation }) => {
    await openOperation(at.plain, 'apiUserV1Create');
    await expect(searchOf(page)).toHaveRole('combobox');
    await parts.input('email').fill('ada@example.com');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('>environment live');
    await expect(suggestions(page)).toHaveText(['Environment: live']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(parts.environment).toHaveValue('live');
    await expect(parts.hint).toContainText('requires a credential');
    await expect(suggestions(page)).toHaveCount(0);
    await searchOf(page).fill('dark');
    await suggestions(page).filter({ hasText: 'Theme: dark' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(parts.input('email')).toHaveValue('ada@example.com');
    await searchOf(page).fill('>home');
    await suggestions(page).click();
    await expect(page).toHaveURL(`${at.plain}/`);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });

  test('a search without matches and a failed search are reported', async ({ at, page, faults }) => {
    faults.expect(/^request failed: net::ERR_CONNECTION_REFUSED .*\/search/);
    await openSearch(page, `${at.plain}/stytch`);
    const status = page.locator('#suggestion-status');
    await searchOf(page).fill('xyzzyx');
    await expect(status).toHaveText('No operation matches “xyzzyx”. Try fewer or other words.');
    faults.expect(/^console: .*ERR_CONNECTION_REFUSED/);
    await page.route('**/search?fragment*', (route) => route.abort('connectionrefused'));
    await searchOf(page).fill('user');
    await expect(status).toContainText('Search is unavailable.');
  });

  test('axe reports no violations on the suggestions', async ({ at, page }) => {
    test.slow();
    for (const path of ['/', '/stytch/apiUserV1Create']) {
      await openSearch(page, at.plain + path);
      await searchOf(page).fill('delete');
      await expect(suggestions(page)).toHaveCount(8);
      await page.keyboard.press('ArrowDown');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect.soft(violations.map(({ id, nodes }) => `${path}, ${colorScheme}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
      }
    }
  });
});
