// Trusted Types: the main pages work while text cannot become HTML or script, except through the browser program's own policy.

import { expect, open, signIn, test } from '../fixtures.ts';
import type { Page } from '@playwright/test';

/** Collects the violations of the content security policy, on each page that is opened from now on. */
async function collectViolations(page: Page): Promise<string[]> {
  const violations: string[] = [];
  await page.exposeFunction('reportViolation', (violation: string) => violations.push(violation));
  await page.addInitScript(() => {
    const { reportViolation } = globalThis as unknown as { reportViolation: (violation: string) => void };
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, sourceFile, sample }) => {
      reportViolation(`${effectiveDirective} in ${location.pathname}: ${sourceFile} ${sample}`);
    });
  });
  return violations;
}

/** Tries to turn text into HTML or script in a page, and returns the attempts that succeeded. */
async function injections(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const identity = { createHTML: (html: string) => html, createScriptURL: (url: string) => url };
    const factory = (globalThis as unknown as { trustedTypes: { createPolicy: (name: string, rules: typeof identity) => unknown } }).trustedTypes;
    const element = document.createElement('div');
    const attempts: Record<string, () => unknown> = {
      innerHTML: () => (element.innerHTML = '<b>text</b>'),
      outerHTML: () => (document.body.appendChild(element).outerHTML = '<b>text</b>'),
      insertAdjacentHTML: () => element.insertAdjacentHTML('beforeend', '<b>text</b>'),
      'document.write': () => document.write('<b>text</b>'),
      srcdoc: () => (document.createElement('iframe').srcdoc = '<b>text</b>'),
      DOMParser: () => new DOMParser().parseFromString('<b>text</b>', 'text/html'),
      'script.src': () => (document.createElement('script').src = '/favicon.svg'),
      'script.text': () => (document.createElement('script').text = 'text'),
      'another policy': () => factory.createPolicy('another', identity),
      'the default policy': () => factory.createPolicy('default', identity),
      'the policy of the page, again': () => factory.createPolicy('api-explorer', identity),
    };
    return Object.entries(attempts).flatMap(([name, attempt]) => {
      try {
        attempt();
        return [name];
      } catch {
        return [];
      }
    });
  });
}

test('the main pages work without a violation of their policy', async ({ at, page, parts, faults }) => {
  faults.expect(/^console: .*status of 404.*\/nobody\/nothing/);
  const violations = await collectViolations(page);
  // The search inserts suggestions.
  await open(page, at.operator);
  await page.locator('#site-search').fill('create user');
  await expect(page.locator('#suggestion-list a').first()).toBeVisible();
  await open(page, `${at.operator}/stytch`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // The form inserts rows and sections, the snippet code, and the response a tree.
  await open(page, `${at.operator}/stytch/apiUserV1Create`);
  await parts.input('email').fill('ann@example.com');
  await expect(parts.snippet).toContainText('ann@example.com');
  await parts.showSnippet('Shell · curl');
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  await open(page, `${at.faults}/admin`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.goto(`${at.operator}/nobody/nothing`);
  await page.goto(`${at.shared}/sign-in`);
  await signIn(page, at.shared, at.token);
  await open(page, `${at.shared}/stytch/apiUserV1Create`);
  await expect(parts.send).toBeEnabled();
  expect(violations).toEqual([]);
});

test('on every main page, text cannot become HTML or script', async ({ at, page, faults }) => {
  faults.expect(/^console: .*Trusted(HTML|Script|TypePolicy)/);
  for (const url of [at.operator, `${at.operator}/stytch`, `${at.operator}/stytch/apiUserV1Create`, `${at.faults}/admin`, `${at.shared}/sign-in`]) {
    await open(page, url);
    // The browser program has started, and created the policy of the page. The page for signing in has no search to tell by.
    const hasSearch = !url.endsWith('/sign-in');
    if (hasSearch) await expect(page.locator('#site-search[role=combobox]')).toBeVisible();
    const succeeded = await injections(page);
    expect(succeeded.filter((name) => hasSearch || name !== 'the policy of the page, again'), url).toEqual([]);
  }
});
