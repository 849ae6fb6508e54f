// Searches all output of the server for canary secrets: pages, scripts, responses, headers, cookies, logs.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { APIResponse, Page } from '@playwright/test';
import { expect, open, test, waitUntilHydrated, type OperationPage } from '../fixtures.ts';
import { encodedForms, leaks, OPERATOR, CALLER } from '../secrets.ts';
import { LOGS } from '../servers.ts';

/** Behaviors of the fake upstream to which the explorer responds without an error of its own. */
const RESPONSES = ['plain', 'unauthorized', 'unknown', 'hurried', 'broken', 'empty', 'binary', 'text', 'redirect', 'invalid-json', 'folds'];
const ECHOES = ['echo', 'echo-go', 'echo-url', 'echo-html', 'echo-binary'];

/** Collects everything that a browser receives, and searches it for secrets. */
class Watch {
  private readonly collected: Promise<[where: string, what: string | Buffer]>[] = [];

  constructor(page: Page) {
    page.on('response', (response) => {
      const where = `${response.request().method()} ${response.url()}`;
      this.collected.push(response.headersArray().then((headers) => [`headers of ${where}`, JSON.stringify(headers)]));
      const isEmpty = response.status() >= 300 && response.status() < 400;
      // The icon can arrive after navigation.
      if (!isEmpty && !response.url().endsWith('/favicon.svg')) this.collected.push(response.body().then((body) => [where, body]));
    });
    page.on('console', (message) => this.collect('the console', message.text()));
  }

  collect(where: string, what: string | Buffer): void {
    this.collected.push(Promise.resolve([where, what]));
  }

  async collectResponse(where: string, response: APIResponse): Promise<void> {
    this.collect(`headers of ${where}`, JSON.stringify(response.headersArray()));
    this.collect(where, await response.body());
  }

  /** Collects the current state of the page, with everything that scripts can access. */
  async collectPage(page: Page): Promise<void> {
    // Response bodies are not available after navigation.
    await Promise.all(this.collected);
    this.collect(`the document at ${page.url()}`, await page.content());
    this.collect('the texts of inputs', await page.evaluate(() => [...document.querySelectorAll('input, textarea')].map((input) => (input as HTMLInputElement).value).join('\n')));
    this.collect('storage and cookies', await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])));
    this.collect('the cookies', JSON.stringify(await page.context().cookies()));
  }

  async expectNoLeaks(): Promise<void> {
    const all = await Promise.all(this.collected);
    expect(all.length).toBeGreaterThan(0);
    const found = all.flatMap(([where, what]) => [OPERATOR, CALLER].flatMap((secret) => leaks(where, what, secret)));
    expect([...new Set(found)]).toEqual([]);
  }
}

async function call(parts: OperationPage, user: string): Promise<void> {
  await parts.input('user_id').fill(user);
  const [response] = await Promise.all([parts.page.waitForResponse(/\/api\/call$/), parts.send.click()]);
  await response.finished();
  await expect(parts.cancel).toBeHidden();
}

test('the search finds a secret in each of its forms', () => {
  for (const secret of [OPERATOR, CALLER]) {
    for (const [name, form] of Object.entries(encodedForms(secret))) {
      expect(form.length, name).toBeGreaterThan(12);
      expect(leaks('here', `before${form}after`, secret)).toContain(`here: ${name}`);
      expect(leaks('here', Buffer.concat([Buffer.from([0, 255]), Buffer.from(form), Buffer.from([254])]), secret)).toContain(`here: ${name}`);
    }
    const pair = `${secret.project}:${secret.secret}`;
    for (const before of ['', 'a', 'ab', 'abc']) {
      expect(leaks('here', Buffer.from(`${before}${pair}${before}`).toString('base64'), secret).length).toBeGreaterThan(0);
    }
  }
  expect(leaks('here', 'nothing of the kind', OPERATOR)).toEqual([]);
});

test('no page, script or file contains the operator’s secret', async ({ at, page, request, faults }) => {
  faults.expect(/^console: .*status of 404/);
  const watch = new Watch(page);
  for (const server of [at.operator, at.faults, at.gateway]) {
    for (const path of ['/', '/search?q=user', '/stytch', '/stytch/apiUserV1Create', '/stytch/apiUserV1Search', '/nothing']) {
      await open(page, server + path);
      await watch.collectPage(page);
    }
    for (const path of ['/stytch/openapi.json', '/healthz', '/readyz', '/robots.txt', '/favicon.svg']) {
      await watch.collectResponse(path, await request.get(server + path));
    }
  }
  await watch.expectNoLeaks();
});

for (const owner of ['operator', 'caller'] as const) {
  test(`no response contains the ${owner}’s secret, even if the upstream returns it`, async ({ at, page, parts, openOperation, unique, recorded }) => {
    test.slow();
    const watch = new Watch(page);
    await openOperation(at.faults, 'apiUserV1Get');
    if (owner === 'caller') {
      await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
      await expect(parts.authentication.getByRole('status').first()).toContainText('Using your credential');
    }
    for (const behaviour of [...RESPONSES, ...ECHOES]) {
      const user = `${behaviour}.${unique}`;
      await call(parts, user);
      await watch.collectPage(page);
      for (const language of ['Shell · curl', 'JavaScript · Stytch SDK', 'TypeScript']) watch.collect(language, await (await parts.showSnippet(language)).innerText());
      await watch.collectResponse(`/tools ${behaviour}`, await page.request.post(`${at.faults}/tools/stytch/apiUserV1Get`, { data: { user_id: user } }));
      const form = { view: 'form', 'value/user_id': user, environment: 'test', intent: 'send' };
      await watch.collectResponse(`form post ${behaviour}`, await page.request.post(`${at.faults}/stytch/apiUserV1Get`, { form }));
      // The upstream received the secret, so a leak was possible.
      const sent = await recorded(user);
      expect(sent).toHaveLength(3);
      for (const { headers } of sent) expect(leaks('', headers['authorization'] ?? '', owner === 'operator' ? OPERATOR : CALLER)).toContain(': Base64 of the pair');
    }
    await watch.expectNoLeaks();
  });
}

test('no error contains the secret', async ({ at, page, parts, openOperation, unique, faults }) => {
  const watch = new Watch(page);
  for (const status of [409, 502, 504]) faults.expect(new RegExp(`^console: .*status of ${status}.*/api/call`));
  for (const [server, user] of [[at.faults, 'slow'], [at.faults, 'too-large'], [at.unreachable, 'plain']] as const) {
    await openOperation(server, 'apiUserV1Get');
    await call(parts, `${user}.${unique}`);
    await watch.collectPage(page);
  }
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.environment.selectOption('live');
  await call(parts, 'plain');
  await watch.collectPage(page);
  await watch.expectNoLeaks();
});

test('no refusal contains the entered credential', async ({ at, page, request, parts, openOperation, faults }) => {
  faults.expect(/^console: .*status of 422/);
  const watch = new Watch(page);
  const wrong = [
    { username: CALLER.secret, password: CALLER.project },
    { username: CALLER.project, password: CALLER.secret + 'x'.repeat(600) },
    { username: `wrong-${CALLER.secret}`, password: CALLER.secret },
  ];
  for (const { username, password } of wrong) {
    await openOperation(at.faults, 'apiUserV1Get');
    await parts.authenticate('Save credentials', username, password);
    await expect(parts.authentication.locator('[aria-invalid]').first()).toBeVisible();
    // The inputs keep their values so that users can correct them; the rest of the document does not contain them.
    watch.collect('the document', await page.content());
    const values = { 'basicAuth/username': username, 'basicAuth/password': password };
    const form = { ...values, credential: 'save' };
    await watch.collectResponse('form post', await request.post(`${at.faults}/stytch/apiUserV1Get`, { form }));
    await watch.collectResponse('unreadable message', await request.post(`${at.faults}/api/credential/save`, { data: { provider: 'stytch', secret: values } }));
    await watch.collectResponse('unknown provider', await request.post(`${at.faults}/api/credential/save`, { data: { provider: 'nobody', values } }));
  }
  await watch.expectNoLeaks();
});

test('saving, replacing and clearing a credential does not return it', async ({ at, page, parts, openOperation }) => {
  const watch = new Watch(page);
  await openOperation(at.operator, 'apiUserV1Create');
  const status = parts.authentication.getByRole('status').first();
  await parts.authenticate('Save credentials', CALLER.project, CALLER.secret);
  await expect(status).toContainText('Using your credential');
  await watch.collectPage(page);
  await page.reload();
  await waitUntilHydrated(page);
  await watch.collectPage(page);
  await parts.authenticate('Clear');
  await expect(status).toContainText("Using the operator's credential");
  await watch.collectPage(page);
  await watch.expectNoLeaks();
});

test('no log contains a secret', async ({ at, request, unique }) => {
  const user_id = `echo-html.${unique}`;
  const response = await request.post(`${at.faults}/tools/stytch/apiUserV1Get`, { data: { user_id } });
  expect(response.status()).toBe(403);
  const { meta } = (await response.json()) as { meta: { requestId: string } };
  const found: string[] = [];
  for (const name of await readdir(LOGS)) {
    const log = await readFile(join(LOGS, name));
    if (name === 'faults.log') expect(log.includes(meta.requestId), 'the log contains the call').toBe(true);
    for (const secret of [OPERATOR, CALLER]) found.push(...leaks(name, log, secret));
  }
  expect(found).toEqual([]);
});
