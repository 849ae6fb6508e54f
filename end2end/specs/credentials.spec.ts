// A caller's credential: stored on the server, used for that caller's calls, never returned.

import type { Locator } from '@playwright/test';
import { expect, hasScripts, test, type OperationPage } from '../fixtures.ts';
import { basic, encodedForms, OPERATOR, CALLER } from '../secrets.ts';

const YOURS = /^Using your credential for this session · test · fingerprint [0-9a-f]{8}$/;
const OPERATORS = /^Using the operator's credential · test · fingerprint [0-9a-f]{8}$/;

function statusOf(parts: OperationPage): Locator {
  return parts.authentication.getByRole('status').first();
}

test('a saved credential is used, and the upstream receives it unchanged', async ({ at, parts, openOperation, recorded, unique }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await expect(statusOf(parts)).toHaveText(OPERATORS);
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = await recorded(`plain.${unique}`);
  expect(sent?.headers['authorization']).toBe(basic(CALLER));
  expect(sent?.headers['cookie']).toBeUndefined();
});

test('the operator’s credential is used for callers without one', async ({ at, parts, openOperation, recorded, unique }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  const [sent] = await recorded(`plain.${unique}`);
  expect(sent?.headers['authorization']).toBe(basic(OPERATOR));
});

test('a credential can be replaced and cleared; then the operator’s is used again', async ({ at, page, parts, openOperation, recorded, unique }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  const clear = parts.authentication.getByRole('button', { name: 'Clear', exact: true });
  await expect(clear).toBeDisabled();
  const operators = await statusOf(parts).innerText();
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  const first = await statusOf(parts).innerText();
  const replaced = { project: CALLER.project, secret: `${CALLER.secret}-2` };
  await parts.authenticate('Save credentials', replaced.project, replaced.secret);
  await expect(statusOf(parts)).not.toHaveText(first);
  await expect(statusOf(parts)).toHaveText(YOURS);
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
  expect((await recorded(`plain.${unique}`))[0]?.headers['authorization']).toBe(basic(replaced));
  await page.reload();
  await expect(statusOf(parts)).toHaveText(YOURS);
  await parts.authenticate('Clear');
  await expect(statusOf(parts)).toHaveText(operators);
  await parts.unfold();
  await expect(clear).toBeDisabled();
});

test('without an operator’s credential, clearing selects the example environment', async ({ at, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Get');
  await expect(parts.environment).toHaveValue('example');
  await parts.authenticate('Save credentials', CALLER.project.replace('test', 'live'), CALLER.secret);
  await expect(statusOf(parts)).toHaveText(/^Using your credential for this session · live · fingerprint [0-9a-f]{8}$/);
  await expect(parts.environment).toHaveValue('live');
  await parts.authenticate('Clear');
  await expect(statusOf(parts)).toHaveText(/^No credential saved/);
  await expect(parts.environment).toHaveValue('example');
});

test('a caller’s credential is not used for other callers', async ({ at, browser, parts, openOperation }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  const otherContext = await browser.newContext();
  const page = await otherContext.newPage();
  await page.goto(`${at.faults}/stytch/apiUserV1Get`);
  await expect(page.locator('#credential-status')).toHaveText(OPERATORS);
  await otherContext.close();
});

test('the session cookie is not accessible to scripts and other sites', async ({ at, context, parts, openOperation }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  expect(await context.cookies()).toEqual([]);
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  const cookies = await context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, path: '/', domain: '127.0.0.1', value: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(['Lax', 'Strict']).toContain(cookies[0]?.sameSite);
});

test('the page never contains the secret after it is saved', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await expect(parts.authentication.getByLabel('Project ID', { exact: true })).toHaveValue('');
    await expect(parts.authentication.getByLabel('Secret', { exact: true })).toHaveValue('');
    await expect(parts.authentication.getByLabel('Secret', { exact: true })).toHaveAttribute('type', 'password');
    const html = await page.content();
    for (const [name, form] of [...Object.entries(encodedForms(CALLER)), ...Object.entries(encodedForms(OPERATOR))]) expect(html.includes(form), name).toBe(false);
  }
});

const MALFORMED: [what: string, project: string, secret: string, problems: [RegExp | '', RegExp | '']][] = [
  ['nothing at all', '', '', [/Project ID is missing\./, /Secret is missing\./]],
  ['another id', 'organization-test-1', CALLER.secret, [/Project ID must start with project-test- or project-live-\. Check that/, '']],
  ['a short secret', CALLER.project, 'short', ['', /Secret is too short\. Copy the complete value\./]],
  ['a long secret', CALLER.project, 'x'.repeat(600), ['', /Secret is too long or contains invalid characters\. Copy it again, without quotes\./]],
  ['an id with a colon', `${CALLER.project}:x`, CALLER.secret, [/Project ID is too long or contains invalid characters/, '']],
];

for (const [what, project, secret, [ofProject, ofSecret]] of MALFORMED) {
  test(`${what} is refused with the reason, and nothing changes`, async ({ at, page, parts, openOperation, faults }) => {
    faults.expect(/^console: .*status of 422/);
    await openOperation(at.faults, 'apiUserV1Get');
    await parts.authenticate('Save credentials', project, secret);
    const inputs: [string, RegExp | ''][] = [['Project ID', ofProject], ['Secret', ofSecret]];
    for (const [label, problem] of inputs) {
      const input = parts.authentication.getByLabel(label, { exact: true });
      await expect(input).toHaveAccessibleDescription(problem);
      if (problem === '') await expect(input).not.toHaveAttribute('aria-invalid', 'true');
      else await expect(input).toHaveAttribute('aria-invalid', 'true');
    }
    await expect(statusOf(parts)).toHaveText(OPERATORS);
    if (secret.length > 8) expect(await page.content()).not.toContain(secret);
  });
}

test('a test credential is not sent to live', async ({ at, parts, openOperation, recorded, unique, faults }) => {
  if (hasScripts()) faults.expect(/^console: .*status of 409.*\/api\/call/);
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(statusOf(parts)).toHaveText(YOURS);
  await parts.environment.selectOption('live');
  await parts.input('user_id').fill(`plain.${unique}`);
  await parts.send.click();
  await expect(parts.response).toContainText('The current credential is for test, not for live. Nothing was sent. Choose test, or save a credential for live.');
  expect(await recorded(`plain.${unique}`)).toEqual([]);
});
