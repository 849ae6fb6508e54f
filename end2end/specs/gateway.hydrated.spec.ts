// Another explorer as the gateway: the browser sends calls to it, without any secret.

import { expect, open, test, type OperationPage } from '../fixtures.ts';
import { CALLER } from '../secrets.ts';

const NO_RESPONSE = /The gateway at \S+ did not respond to this page\. Check its URL, that it is running, and that it allows this explorer \(its setting EXPLORER_ALLOWED_ORIGINS\)\./;

async function choose(parts: OperationPage, url?: string): Promise<void> {
  await parts.gateway.getByRole('radio', { name: 'Another gateway', exact: true }).check();
  if (url !== undefined) await parts.gateway.getByLabel('Gateway URL', { exact: true }).fill(url);
}

test('by default, this server makes the calls', async ({ at, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  await expect(parts.gateway.getByRole('radio', { name: 'This server', exact: true })).toBeChecked();
  await expect(parts.send).toBeEnabled();
});

test('another gateway requires a URL', async ({ at, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts);
  await expect(parts.hint).toHaveText('Enter a gateway URL above to enable sending.');
  await expect(parts.send).toBeDisabled();
  const url = parts.gateway.getByLabel('Gateway URL', { exact: true });
  for (const wrong of ['nonsense', 'javascript:alert(1)', 'ftp://127.0.0.1', 'http://']) {
    await url.fill(wrong);
    await expect(url).toHaveAttribute('aria-invalid', 'true');
    await expect(url).toHaveAccessibleDescription(/Must be a URL/);
    await expect(parts.send).toBeDisabled();
  }
  await url.fill('https://explorer.example.com');
  await expect(url).not.toHaveAttribute('aria-invalid', 'true');
  await expect(parts.send).toBeEnabled();
  await url.fill('');
  await parts.gateway.getByRole('radio', { name: 'This server', exact: true }).check();
  await expect(parts.send).toBeEnabled();
  await expect(parts.hint).not.toHaveText(/Enter a gateway URL/);
});

test('Enter in a field sends nothing while the URL is missing', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await parts.input('email').fill('a@b.c');
  await parts.input('email').press('Enter');
  await expect(parts.hint).toHaveText('Enter a gateway URL above to enable sending.');
  await expect(parts.response).toContainText('Send the request to see the response.');
  expect(sent.filter((url) => !url.endsWith('/api/form'))).toEqual([]);
});

test('the gateway of another explorer responds, and receives no secret', async ({ at, page, context, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  // Cookies are shared between ports, so this cookie could be sent to the other server.
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(parts.authentication.getByRole('status').first()).toContainText('Using your credential');
  expect(await context.cookies(at.gateway)).toHaveLength(1);
  await choose(parts, `${at.gateway}/`);
  await expect(parts.environment).toHaveValue('test');
  await parts.input('email').fill('a@b.c');
  const pendingRequest = page.waitForRequest((request) => request.method() === 'POST' && request.url() === `${at.gateway}/tools/stytch/apiUserV1Create`);
  await parts.send.click();
  const request = await pendingRequest;
  expect(request.postDataJSON()).toEqual({ args: { email: 'a@b.c' }, environment: 'test' });
  const headers = await request.allHeaders();
  expect(Object.keys(headers)).not.toContain('cookie');
  expect(Object.keys(headers)).not.toContain('authorization');
  await expect(parts.response).toContainText('200 OK');
  await expect(parts.response).not.toContainText('Example response');
  await expect(parts.response.getByRole('region', { name: 'Body', exact: true })).toContainText('"user_id": "string"');
  await expect(parts.response).toContainText(/test · request [0-9a-f-]{36}/);
});

test('an error of the other gateway is shown with its message', async ({ at, parts, openOperation, faults }) => {
  faults.expect(/^console: .*status of 409.*\/tools\/stytch\/apiUserV1Create/);
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts, at.gateway);
  await parts.environment.selectOption('live');
  await parts.send.click();
  await expect(parts.response).toContainText('The current credential is for test, not for live. Nothing was sent.');
});

test('the selected gateway and its URL are stored', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts, at.gateway);
  await open(page, `${at.page}/stytch/apiUserV1Get`);
  await expect(parts.gateway.getByRole('radio', { name: 'Another gateway', exact: true })).toBeChecked();
  await expect(parts.gateway.getByLabel('Gateway URL', { exact: true })).toHaveValue(at.gateway);
  await parts.gateway.getByRole('radio', { name: 'This server', exact: true }).check();
  await page.reload();
  await expect(page.locator('.try-it[data-ready]')).toBeVisible();
  await parts.unfold();
  await expect(parts.gateway.getByRole('radio', { name: 'This server', exact: true })).toBeChecked();
  await expect(parts.gateway.getByLabel('Gateway URL', { exact: true })).toHaveValue(at.gateway);
});

test('a gateway that does not allow this origin is reported', async ({ at, parts, openOperation, faults }) => {
  faults.expect(/^console: Access to fetch at .* has been blocked by CORS policy/);
  faults.expect(/^console: Failed to load resource: net::ERR_FAILED \(\/tools\/stytch\/apiUserV1Create\)/);
  faults.expect(/^request failed: net::ERR_FAILED \(\/tools\/stytch\/apiUserV1Create\)/);
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts, at.operator);
  await parts.environment.selectOption('test');
  await parts.send.click();
  await expect(parts.response).toContainText(NO_RESPONSE);
});

test('an unreachable gateway is reported', async ({ at, parts, openOperation, faults }) => {
  faults.expect(/^console: Failed to load resource: net::ERR_(CONNECTION_REFUSED|UNSAFE_PORT)/);
  faults.expect(/^request failed: net::ERR_(CONNECTION_REFUSED|UNSAFE_PORT)/);
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts, 'http://127.0.0.1:1');
  await parts.send.click();
  await expect(parts.response).toContainText(NO_RESPONSE);
  await expect(parts.send).toBeEnabled();
});

test('a server that is not a gateway is reported', async ({ at, parts, openOperation }) => {
  await openOperation(at.page, 'apiUserV1Create');
  await choose(parts, at.upstream);
  await parts.send.click();
  await expect(parts.response).toContainText(`The server at ${at.upstream} is not a gateway: its response has a different format.`);
});

test('the operator can disable other gateways', async ({ at, page, parts }) => {
  const closed = await page.goto(`${at.closed}/stytch/apiUserV1Create`);
  await parts.unfold();
  expect(directive(closed?.headers()['content-security-policy'], 'connect-src')).toBe("connect-src 'self'");
  await expect(parts.gateway.getByRole('radio', { name: 'Another gateway', exact: true })).toBeDisabled();
  await expect(parts.gateway.getByLabel('Gateway URL', { exact: true })).toBeDisabled();
  await expect(parts.gateway).toContainText('Other gateways are disabled. The operator can enable them in EXPLORER_OTHER_GATEWAYS.');
  const opened = await page.goto(`${at.page}/stytch/apiUserV1Create`);
  expect(directive(opened?.headers()['content-security-policy'], 'connect-src')).toBe("connect-src 'self' https: http:");
});

test('a stored gateway is ignored after the operator has disabled other gateways', async ({ at, page, parts }) => {
  await page.addInitScript(() => {
    localStorage.setItem('api-explorer.gateway', 'another');
    localStorage.setItem('api-explorer.gateway-url', 'http://127.0.0.1:1');
  });
  await open(page, `${at.closed}/stytch/apiUserV1Create`);
  await expect(parts.gateway.getByRole('radio', { name: 'This server', exact: true })).toBeChecked();
  await parts.send.click();
  await expect(parts.response).toContainText('200 OK');
});

function directive(policy: string | undefined, name: string): string | undefined {
  return policy?.split('; ').find((line) => line.startsWith(name));
}
