// axe reports no violations on any page, in any state, in light and dark mode, on wide and narrow screens.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, test } from '../fixtures.ts';

/** Each colour scheme in each width. Names, roles and structure are checked in two of them; the others differ in looks alone. */
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 320 },
  { colorScheme: 'dark', width: 1280, rules: ['color-contrast', 'link-in-text-block'] },
  { colorScheme: 'light', width: 320, rules: ['color-contrast', 'link-in-text-block'] },
] as const;

/** Analyzes the page in every color scheme and width, and expects no violations. */
async function expectAccessible(page: Page): Promise<void> {
  for (const look of LOOKS) {
    const { colorScheme, width } = look;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const axe = new AxeBuilder({ page });
    if ('rules' in look) axe.withRules([...look.rules]);
    const { violations, passes } = await axe.analyze();
    expect(passes.length).toBeGreaterThan('rules' in look ? 0 : 10);
    const found = violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${colorScheme}, ${width} px: ${id}: ${help}: ${target.join(' ')}`));
    expect.soft(found).toEqual([]);
  }
}

test.slow();

for (const [name, path] of [['the home page', '/'], ['search results', '/search?q=user'], ['an empty search', '/search?q=nothing-is-called-so'], ['the provider page', '/stytch'], ['an operation', '/stytch/apiUserV1Create'], ['an operation with an enum', '/stytch/apiUserV1Search'], ['an operation without a body', '/stytch/apiUserV1Get']] as const) {
  test(`axe reports no violations on ${name}`, async ({ at, page }) => {
    await open(page, at.plain + path);
    await expectAccessible(page);
  });
}

for (const operation of ['styles', 'upload', 'choices', 'schemas', 'schemas/replies']) {
  test(`axe reports no violations on every kind of input: ${operation}`, async ({ at, page }) => {
    await open(page, `${at.kinds}/kinds/${operation}`);
    await page.locator('.responses details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
    await expectAccessible(page);
  });
}

test('axe reports no violations on the sign-in page, with and without an error', async ({ at, page, faults }) => {
  faults.expect(/^console: .*status of 401/);
  await page.goto(`${at.shared}/`);
  await expectAccessible(page);
  await page.getByLabel('Access token').fill('aex_wrong_wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectAccessible(page);
});

test('axe reports no violations on the administration pages', async ({ at, page }) => {
  for (const path of ['/admin', '/admin/audit', '/admin/audit?what=nothing-is-called-so']) {
    await page.goto(at.faults + path);
    await expectAccessible(page);
  }
});

test('axe reports no violations on a response with masked and revealed secrets', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiPasswordV1Authenticate');
  await parts.input('email').fill('ann@example.com');
  await parts.input('password').fill('typed-by-ann');
  await parts.send.click();
  await expect(parts.response).toContainText('1 secret is masked');
  await expectAccessible(page);
  await parts.response.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(parts.response.getByRole('button', { name: 'Hide', exact: true })).toBeVisible();
  await expectAccessible(page);
});

test('axe reports no violations on snippets of other clients', async ({ at, page, parts }) => {
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  await parts.showSnippet('Python · requests');
  await page.getByText('Run it', { exact: true }).click();
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Language or client', exact: true }).focus();
  await expectAccessible(page);
});

test('axe reports no violations on an operation that deletes live data', async ({ at, page }) => {
  await open(page, `${at.live}/stytch/apiUserV1Delete`);
  await expectAccessible(page);
});

test('axe reports no violations on the not-found page', async ({ at, page, faults }) => {
  faults.expect(/^console: .*status of 404/);
  await open(page, `${at.plain}/nothing`);
  await expectAccessible(page);
});

test('axe reports no violations on a form with errors', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.input('email').fill('nobody');
  await parts.input('external_id').fill('x'.repeat(129));
  await parts.group('roles').getByRole('button', { name: 'Add to roles', exact: true }).click();
  await parts.enterAsJson('phone_number');
  await parts.group('trusted_metadata').getByRole('textbox', { name: 'Value', exact: true }).fill('broken');
  await page.getByText('Fields not in the document').click();
  await page.getByRole('button', { name: 'Add to other fields', exact: true }).click();
  await parts.send.click();
  await expect(parts.input('email')).toBeFocused();
  await expectAccessible(page);
});

test('axe reports no violations on the JSON view with invalid JSON', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.show('JSON');
  await parts.json.fill('{');
  await parts.send.click();
  await expect(parts.json).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
});

test('axe reports no violations on a response, formatted and raw, with its headers', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.operator, 'apiUserV1Create');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await parts.response.getByText(/^Headers \(\d+\)$/).click();
  await expectAccessible(page);
  await parts.response.getByRole('radio', { name: 'Raw', exact: true }).check();
  await expectAccessible(page);
});

test('axe reports no violations on an example response', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await parts.send.click();
  await expect(parts.response).toContainText('Example response');
  await expectAccessible(page);
});

test('axe reports no violations on an explained error of the provider', async ({ at, page, parts, openOperation, unique }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.input('user_id').fill(`unauthorized.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('Likely cause');
  await expectAccessible(page);
});

test('axe reports no violations on a failed call and on a refused credential', async ({ at, page, parts, openOperation, faults }) => {
  faults.expect(/^console: .*status of 502.*\/api\/call/);
  faults.expect(/^console: .*status of 422/);
  await openOperation(at.unreachable, 'apiUserV1Create');
  await parts.send.click();
  await expect(parts.response).toContainText('cannot be reached');
  await parts.authenticate('Save credentials', 'wrong', 'short');
  await expect(parts.authentication.getByLabel('Secret', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
});
