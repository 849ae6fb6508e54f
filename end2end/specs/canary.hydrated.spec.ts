// Marked secrets are looked for in everything that leaves the server: pages, programs, replies, headers, cookies, logs.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { APIResponse, Page } from '@playwright/test';
import { alive, expect, open, test, type OperationPage } from '../fixtures.ts';
import { forms, leaks, OPERATOR, VISITOR } from '../secrets.ts';
import { LOGS } from '../servers.ts';

/** Behaviours of the upstream double that answer without a fault of the explorer's own. */
const ANSWERS = ['plain', 'unauthorized', 'unknown', 'hurried', 'broken', 'empty', 'binary', 'text', 'redirect', 'invalid-json', 'folds'];
const ECHOES = ['echo', 'echo-go', 'echo-url', 'echo-html', 'echo-binary'];

/** Keeps everything that a browser receives, and finds secrets in it. */
class Watch {
  private readonly kept: Promise<[where: string, what: string | Buffer]>[] = [];

  constructor(page: Page) {
    page.on('response', (response) => {
      const where = `${response.request().method()} ${response.url()}`;
      this.kept.push(response.headersArray().then((headers) => [`headers of ${where}`, JSON.stringify(headers)]));
      const isEmpty = response.status() >= 300 && response.status() < 400;
      // The icon may come when the page is already left.
      if (!isEmpty && !response.url().endsWith('/favicon.svg')) this.kept.push(response.body().then((body) => [where, body]));
    });
    page.on('console', (message) => this.keep('the console', message.text()));
  }

  keep(where: string, what: string | Buffer): void {
    this.kept.push(Promise.resolve([where, what]));
  }

  async keepReply(where: string, reply: APIResponse): Promise<void> {
    this.keep(`headers of ${where}`, JSON.stringify(reply.headersArray()));
    this.keep(where, await reply.body());
  }

  /** What the page holds now, with all that scripts could reach. */
  async keepPage(page: Page): Promise<void> {
    // A browser forgets what it received once it goes on.
    await Promise.all(this.kept);
    this.keep(`the document at ${page.url()}`, await page.content());
    this.keep('the texts of inputs', await page.evaluate(() => [...document.querySelectorAll('input, textarea')].map((input) => (input as HTMLInputElement).value).join('\n')));
    this.keep('storage and cookies', await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])));
    this.keep('the cookies', JSON.stringify(await page.context().cookies()));
  }

  async expectNothing(): Promise<void> {
    const all = await Promise.all(this.kept);
    expect(all.length).toBeGreaterThan(0);
    const found = all.flatMap(([where, what]) => [OPERATOR, VISITOR].flatMap((secret) => leaks(where, what, secret)));
    expect([...new Set(found)]).toEqual([]);
  }
}

async function ask(parts: OperationPage, user: string): Promise<void> {
  await parts.input('user_id').fill(user);
  const [reply] = await Promise.all([parts.page.waitForResponse(/\/api\/call$/), parts.send.click()]);
  await reply.finished();
  await expect(parts.cancel).toBeHidden();
}

test('the search finds a secret in each of its forms', () => {
  for (const secret of [OPERATOR, VISITOR]) {
    for (const [name, form] of Object.entries(forms(secret))) {
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

test('no page, program or file holds the operator’s secret', async ({ at, page, request, faults }) => {
  faults.expect(/^console: .*status of 404/);
  const watch = new Watch(page);
  for (const server of [at.operator, at.faults, at.gateway]) {
    for (const path of ['/', '/search?q=user', '/stytch', '/stytch/apiUserV1Create', '/stytch/apiUserV1Search', '/nothing']) {
      await open(page, server + path);
      await watch.keepPage(page);
    }
    for (const path of ['/stytch/openapi.json', '/healthz', '/readyz', '/robots.txt', '/favicon.svg']) {
      await watch.keepReply(path, await request.get(server + path));
    }
  }
  await watch.expectNothing();
});

for (const whose of ['operator', 'visitor'] as const) {
  test(`no reply holds the ${whose}’s secret, even where the upstream sends it back`, async ({ at, page, parts, openOperation, unique, recorded }) => {
    test.slow();
    const watch = new Watch(page);
    await openOperation(at.faults, 'apiUserV1Get');
    if (whose === 'visitor') {
      await parts.authenticate('Save credentials', VISITOR.project, VISITOR.secret);
      await expect(parts.authentication.getByRole('status').first()).toContainText('Using your credential');
    }
    for (const behaviour of [...ANSWERS, ...ECHOES]) {
      const user = `${behaviour}.${unique}`;
      await ask(parts, user);
      await watch.keepPage(page);
      for (const language of ['Shell · curl', 'JavaScript · Stytch SDK', 'TypeScript']) watch.keep(language, await (await parts.showSnippet(language)).innerText());
      await watch.keepReply(`/tools ${behaviour}`, await page.request.post(`${at.faults}/tools/stytch/apiUserV1Get`, { data: { user_id: user } }));
      const form = { view: 'form', 'value/user_id': user, environment: 'test', intent: 'send' };
      await watch.keepReply(`form post ${behaviour}`, await page.request.post(`${at.faults}/stytch/apiUserV1Get`, { form }));
      // The upstream did receive it, so there was something to find.
      const sent = await recorded(user);
      expect(sent).toHaveLength(3);
      for (const { headers } of sent) expect(leaks('', headers['authorization'] ?? '', whose === 'operator' ? OPERATOR : VISITOR)).toContain(': Base64 of the pair');
    }
    await watch.expectNothing();
  });
}

test('no failure tells the secret', async ({ at, page, parts, openOperation, unique, faults }) => {
  const watch = new Watch(page);
  for (const status of [409, 502, 504]) faults.expect(new RegExp(`^console: .*status of ${status}.*/api/call`));
  for (const [server, user] of [[at.faults, 'slow'], [at.faults, 'too-large'], [at.unreachable, 'plain']] as const) {
    await openOperation(server, 'apiUserV1Get');
    await ask(parts, `${user}.${unique}`);
    await watch.keepPage(page);
  }
  await openOperation(at.faults, 'apiUserV1Get');
  await parts.environment.selectOption('live');
  await ask(parts, 'plain');
  await watch.keepPage(page);
  await watch.expectNothing();
});

test('no refusal repeats what was typed as a credential', async ({ at, page, request, parts, openOperation, faults }) => {
  faults.expect(/^console: .*status of 422/);
  const watch = new Watch(page);
  const wrong = [
    { username: VISITOR.secret, password: VISITOR.project },
    { username: VISITOR.project, password: `${VISITOR.secret} ` + 'with space' },
    { username: `wrong-${VISITOR.secret}`, password: VISITOR.secret },
  ];
  for (const { username, password } of wrong) {
    await openOperation(at.faults, 'apiUserV1Get');
    await parts.authenticate('Save credentials', username, password);
    await expect(parts.authentication.locator('[aria-invalid]').first()).toBeVisible();
    // What was typed stays in the inputs, so that it can be mended; the document around them does not repeat it.
    watch.keep('the document', await page.content());
    const values = { 'basicAuth/username': username, 'basicAuth/password': password };
    const form = { ...values, credential: 'save' };
    await watch.keepReply('form post', await request.post(`${at.faults}/stytch/apiUserV1Get`, { form }));
    await watch.keepReply('unreadable message', await request.post(`${at.faults}/api/credential/save`, { data: { provider: 'stytch', secret: values } }));
    await watch.keepReply('unknown provider', await request.post(`${at.faults}/api/credential/save`, { data: { provider: 'nobody', values } }));
  }
  await watch.expectNothing();
});

test('saving, replacing and clearing a credential gives nothing back', async ({ at, page, parts, openOperation }) => {
  const watch = new Watch(page);
  await openOperation(at.operator, 'apiUserV1Create');
  const status = parts.authentication.getByRole('status').first();
  await parts.authenticate('Save credentials', VISITOR.project, VISITOR.secret);
  await expect(status).toContainText('Using your credential');
  await watch.keepPage(page);
  await page.reload();
  await alive(page);
  await watch.keepPage(page);
  await parts.authenticate('Clear');
  await expect(status).toContainText("Using the operator's credential");
  await watch.keepPage(page);
  await watch.expectNothing();
});

test('no log holds a secret', async ({ at, request, unique }) => {
  const user_id = `echo-html.${unique}`;
  const reply = await request.post(`${at.faults}/tools/stytch/apiUserV1Get`, { data: { user_id } });
  expect(reply.status()).toBe(403);
  const { meta } = (await reply.json()) as { meta: { requestId: string } };
  const found: string[] = [];
  for (const name of await readdir(LOGS)) {
    const log = await readFile(join(LOGS, name));
    if (name === 'faults.log') expect(log.includes(meta.requestId), 'the log has the call that was just made').toBe(true);
    for (const secret of [OPERATOR, VISITOR]) found.push(...leaks(name, log, secret));
  }
  expect(found).toEqual([]);
});
