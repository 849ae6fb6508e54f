// The language: chosen in the footer, or asked for by the browser; with scripts and without.

import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, hasScripts, open, test } from '../fixtures.ts';

const TEXTS = readFileSync(new URL('../../locales/en.ftl', import.meta.url), 'utf8');
const IDS = [...TEXTS.matchAll(/^([a-z][a-z0-9-]+) =/gm)].map((match) => match[1] ?? '');

test('a reader chooses a language and keeps it', async ({ at, page }) => {
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  await page.getByRole('form', { name: 'Language' }).getByRole('button', { name: 'Deutsch' }).click();
  await expect(page).toHaveURL(`${at.plain}/stytch/apiUserV1Create`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('button', { name: 'Senden' }).last()).toBeVisible();
  await page.goto(at.plain);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.getByRole('form', { name: 'Sprache' }).getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test.describe('a browser that asks for German', () => {
  test.use({ locale: 'de-DE' });

  test('gets a form, a call and its response in German', async ({ at, faults, page }) => {
    if (!hasScripts()) faults.expect(/^console: .*status of 400/);
    await open(page, `${at.plain}/stytch/apiUserV1Create`);
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await page.getByRole('textbox', { name: 'email', exact: true }).fill('ada');
    await page.locator('#send').click();
    await expect(page.locator('[data-at="/email"]')).toContainText('E-Mail');
    await page.getByRole('textbox', { name: 'email', exact: true }).fill('ada@example.com');
    await page.locator('#send').click();
    await expect(page.locator('#outcome')).toContainText('Der Aufruf war erfolgreich.');
  });

  test('sees no ID of a text', async ({ at, faults, page }) => {
    faults.expect(/^console: .*status of 404/);
    for (const path of ['', '/stytch', '/stytch/apiUserV1Create', '/search?q=nothing+at+all', '/sign-in', '/no/such/page']) {
      await open(page, `${at.plain}${path}`);
      const text = (await page.locator('body').innerText()).split(/[\s()"„“.,:]+/);
      expect(IDS.filter((id) => id.includes('-') && text.includes(id))).toEqual([]);
    }
  });

  test('axe reports no violations', async ({ at, page }) => {
    test.skip(!hasScripts());
    await open(page, `${at.plain}/stytch/apiUserV1Create`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  });
});

test('the page brings the texts that the program of the browser shows, and few others', async ({ at, page, request }) => {
  test.skip(!hasScripts());
  const requests = page.waitForRequest(/\.wasm$/);
  await open(page, `${at.plain}/stytch/apiUserV1Create`);
  await page.locator('body').hover();
  const program = (await (await request.get((await requests).url())).body()).toString('latin1');
  const path = await page.locator('body').getAttribute('data-texts');
  const brought = Object.keys((await (await request.get(`${at.plain}${path}`)).json()) as object);
  // An ID that is part of another one could be found in it.
  const distinct = IDS.filter((id) => id.length > 8 && !IDS.some((other) => other !== id && other.includes(id)));
  const shown = distinct.filter((id) => program.includes(id));
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.filter((id) => !brought.includes(id))).toEqual([]);
  // Code for both can show some on the server only.
  expect(distinct.filter((id) => brought.includes(id) && !program.includes(id)).length).toBeLessThan(10);
});
