// Fixtures of all specs: the servers' URLs, a page on which unexpected errors fail the test, and the parts of an operation page.

import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { servers, type Servers } from './servers.ts';
import type { Recorded } from './upstream.ts';

export { expect } from '@playwright/test';

/** Errors of a page: console errors, exceptions, failed requests. A test fails on each that it does not expect. */
export class Faults {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.seen.push(`console: ${message.text()} (${pathOf(message.location().url)})`);
    });
    page.on('pageerror', (error) => {
      // Chromium skips the transition of a page that loads slowly.
      if (!error.message.startsWith('Transition was ')) this.seen.push(`exception: ${error.message}`);
    });
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText;
      // The error of scripts that Chromium does not load because JavaScript is disabled.
      if (reason === 'csp' && !hasScripts()) return;
      // Navigation aborts the loading of the icon and of the script of the previous page.
      if (reason === 'net::ERR_ABORTED' && /^\/(favicon\.svg|(pkg|assets)\/.*)$/.test(pathOf(request.url()))) return;
      // A search is aborted when the next letter is typed.
      if (reason === 'net::ERR_ABORTED' && pathOf(request.url()) === '/search') return;
      this.seen.push(`request failed: ${reason} (${pathOf(request.url())})`);
    });
  }

  /** Declares an error that the test causes. It must occur. */
  expect(fault: RegExp): void {
    this.expected.push(fault);
  }

  /** Declares an error that may occur, but need not. */
  allow(fault: RegExp): void {
    this.allowed.push(fault);
  }

  check(): void {
    const declared = [...this.expected, ...this.allowed];
    const unexpected = this.seen.filter((fault) => !declared.some((pattern) => pattern.test(fault)));
    expect(unexpected, 'errors of the page').toEqual([]);
    const missing = this.expected.filter((pattern) => !this.seen.some((fault) => pattern.test(fault)));
    expect(missing.map(String), 'expected errors that did not occur').toEqual([]);
  }
}

/** Signs in with an access token, and waits for the redirect: another navigation would abort it. */
export async function signIn(page: Page, server: string, token: string): Promise<void> {
  await page.goto(`${server}/sign-in`);
  await page.getByLabel('Access token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(({ pathname }) => pathname !== '/sign-in');
}

async function signInAtProvider(page: Page, name: string): Promise<void> {
  // Its pages load a web font, which is not available.
  await page.route(/fonts\.googleapis\.com|\/favicon\.ico$/, (route) => route.fulfill({ body: '' }));
  await page.getByRole('link', { name: 'Sign in with your organization' }).click();
  await page.locator('[name="login"]').fill(name);
  await page.locator('[name="password"]').fill('any');
  await page.locator('[type="submit"]').first().click();
  await page.locator('[type="submit"]').first().click();
}

/** The parts of an operation page, by role and accessible name. */
export class OperationPage {
  readonly send: Locator;
  readonly cancel: Locator;
  readonly environment: Locator;
  readonly response: Locator;
  /** The status of the last call. */
  readonly status: Locator;
  readonly snippet: Locator;
  readonly json: Locator;
  readonly authentication: Locator;
  readonly gateway: Locator;
  /** The note beside the send button. */
  readonly hint: Locator;

  constructor(readonly page: Page) {
    this.send = page.getByRole('button', { name: 'Send', exact: true });
    this.cancel = page.getByRole('button', { name: 'Cancel', exact: true });
    this.environment = page.getByRole('combobox', { name: 'Environment', exact: true });
    this.response = page.getByRole('region', { name: 'Response', exact: true });
    this.status = this.response.getByRole('status');
    this.snippet = page.getByRole('region', { name: 'TypeScript', exact: true });
    this.json = page.getByRole('textbox', { name: 'Arguments as JSON', exact: true });
    this.authentication = page.getByRole('region', { name: 'Authentication', exact: true });
    this.gateway = page.getByRole('region', { name: 'Gateway', exact: true });
    this.hint = page.locator('#hint');
  }

  /** Returns a text input by the name of its field. */
  input(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  /** Returns a list, object or map by the name of its field. */
  group(name: string): Locator {
    return this.page.getByRole('group', { name, exact: true });
  }

  /** Returns the field at a location in the arguments, with its error message. */
  field(place: string): Locator {
    return this.page.locator(`.field[data-at="${place}"]`);
  }

  /** Returns the button that enters the value of a field as JSON. */
  jsonButton(name: string): Locator {
    return this.page.getByRole('button', { name: `${name} as JSON`, exact: true });
  }

  /** Replaces the input of a field by one for JSON. */
  async enterAsJson(name: string): Promise<void> {
    await this.jsonButton(name).click();
    await expect(this.jsonButton(name)).toHaveAttribute('aria-pressed', 'true');
  }

  /** Opens what is folded at first: optional fields, credentials, the choice of the gateway. The focus does not move. */
  async unfold(): Promise<void> {
    await unfold(this.page);
  }

  /** Fills in the example with a title, or the first one. */
  async fillInExample(title?: string): Promise<void> {
    const menu = this.page.locator('details.examples:not([open]) > summary');
    if ((await menu.count()) > 0) await menu.click();
    const examples = this.page.getByRole('group', { name: 'Examples', exact: true });
    await (title === undefined ? examples.getByRole('button').first() : examples.getByRole('button', { name: title, exact: true })).click();
  }

  /** Opens one of the two views of the arguments. */
  async show(view: 'Form' | 'JSON'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Show the arguments as' }).getByRole('radio', { name: view, exact: true }).check();
    await expect(this.page.locator('#input')).not.toHaveAttribute('aria-busy', 'true');
  }

  /** Selects a snippet target by its label, and returns the code. */
  async showSnippet(label: string): Promise<Locator> {
    const card = this.page.getByRole('region', { name: 'Code snippet', exact: true });
    const list = card.getByRole('combobox', { name: 'Language or client', exact: true });
    if (hasScripts()) {
      await list.fill(label);
      await list.press('Enter');
    } else {
      await list.selectOption({ label });
      await card.getByRole('button', { name: 'Show code', exact: true }).click();
    }
    const code = this.page.getByRole('region', { name: label, exact: true });
    await expect(code).toBeVisible();
    return code;
  }

  /** Fills in the authentication card, and clicks one of its buttons. */
  async authenticate(button: 'Save credentials' | 'Clear', project = '', secret = ''): Promise<void> {
    await this.unfold();
    if (button === 'Save credentials') {
      await this.authentication.getByLabel('Project ID', { exact: true }).fill(project);
      await this.authentication.getByLabel('Secret', { exact: true }).fill(secret);
    }
    await this.authentication.getByRole('button', { name: button, exact: true }).click();
  }
}

interface Fixtures {
  /** URLs of the servers. */
  at: Servers;
  /** Declares the errors that a test causes. */
  faults: Faults;
  /** The parts of the page. */
  parts: OperationPage;
  /** Opens an operation page of an explorer, waits until it is interactive, and opens what is folded. */
  openOperation: (server: string, operation: string) => Promise<void>;
  /** A name that is unique to the test. */
  unique: string;
  /** Signs in at the OpenID Connect provider with a name. */
  signInAs: (name: string) => Promise<void>;
  /** Returns the requests for a user that the fake upstream received. */
  recorded: (user: string) => Promise<Recorded[]>;
  /** Opens the page of an operation, and sends a call that selects a behavior of the fake upstream. */
  call: (behavior: string) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  // Playwright requires the first parameter of a fixture to be destructured.
  at: async ({}, use) => use(servers()),
  faults: [
    async ({ page }, use) => {
      const faults = new Faults(page);
      await use(faults);
      faults.check();
    },
    { auto: true },
  ],
  parts: async ({ page }, use) => use(new OperationPage(page)),
  openOperation: async ({ page }, use) => use((server, operation) => open(page, `${server}/stytch/${operation}`)),
  unique: async ({}, use, { testId }) => use(testId),
  signInAs: async ({ page }, use) => use((name) => signInAtProvider(page, name)),
  recorded: async ({ at, request }, use) => {
    await use(async (user) => (await request.get(`${at.upstream}/recorded/${user}`)).json() as Promise<Recorded[]>);
  },
  call: async ({ at, parts, openOperation, unique }, use) => {
    await openOperation(at.faults, 'apiUserV1Get');
    await use(async (behavior) => {
      await parts.input('user_id').fill(`${behavior}.${unique}`);
      await parts.send.click();
    });
  },
});

/** Opens a page as a reader finds it, and with scripts waits until it is interactive. */
export async function openFolded(page: Page, url: string): Promise<void> {
  await page.goto(url);
  if (hasScripts()) await waitUntilHydrated(page);
}

/** Opens a page and what is folded in it, and with scripts waits until it is interactive. */
export async function open(page: Page, url: string): Promise<void> {
  await openFolded(page, url);
  await unfold(page);
}

/** Opens what is folded in a page. */
export async function unfold(page: Page): Promise<void> {
  const folded = page.locator(':is(#optional-fields, .setting > details, .long)');
  await folded.evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
}

/** Waits until the islands of a page are hydrated. */
export async function waitUntilHydrated(page: Page): Promise<void> {
  if ((await page.locator('.try-it').count()) > 0) await page.locator('.try-it[data-ready]').waitFor();
}

/** Returns true if this test runs with scripts. */
export function hasScripts(): boolean {
  return test.info().project.name === 'hydrated';
}

/** Waits for the next call that the page sends to its own server, and returns its arguments. */
export async function nextCall(page: Page): Promise<{ environment: string; arguments: unknown }> {
  const request = await page.waitForRequest((request) => pathOf(request.url()) === '/api/call');
  return request.postDataJSON() as { environment: string; arguments: unknown };
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
