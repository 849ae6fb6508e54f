// The seed page, word for word, and the pages around it.

import { expect, hasScripts, open, test } from '../fixtures.ts';

/** The visible text of `/stytch/apiUserV1Create`. */
const SENTENCES = [
  'Add a User to Stytch. A user_id is returned in the response that can then be used to perform other operations within Stytch. An email or a phone_number is required.',
  'Configure credentials for Stytch API',
  'The gateway proxies requests and injects credentials server-side. Configure credentials above, then enter your gateway URL.',
  'Saved automatically to browser storage.',
  'The email address of the end user.',
  'The phone number to use for one-time passcodes. The phone number should be in E.164 format (i.e. +1XXXXXXXXXX). You may use +10000000000 to test this endpoint, see Testing for more detail.',
  "Flag for whether or not to save a user as pending vs active in Stytch. Defaults to false. If true, users will be saved with status pending in Stytch's backend until authenticated. If false, users will be created as active. An example usage of a true flag would be to require users to verify their phone by entering the OTP code before creating an account for them.",
  'The trusted_metadata field contains an arbitrary JSON object of application-specific data. See the Metadata reference for complete field behavior details.',
  'The untrusted_metadata field contains an arbitrary JSON object of application-specific data. Untrusted metadata can be edited by end users directly via the SDK, and cannot be used to store critical information. See the Metadata reference for complete field behavior details.',
  'An identifier that can be used in API calls wherever a user_id is expected. This is a string consisting of alphanumeric, ., _, -, or | characters with a maximum length of 128 characters.',
  'Roles to explicitly assign to this User. See the RBAC guide for more information about role assignment.',
  'Updates live as you fill in the form above.',
];

const HEADINGS = ['Try it', 'Authentication', 'Gateway', 'Input', 'Response', 'Code snippet', 'apiUserV1Create'];

const LINKS = {
  Testing: 'https://stytch.com/docs/home#resources_testing',
  Metadata: 'https://stytch.com/docs/api/metadata',
  'RBAC guide': 'https://stytch.com/docs/guides/rbac/role-assignment',
};

const USER_OPERATIONS = [
  'apiUserV1Create',
  'apiUserV1Search',
  'apiUserV1Get',
  'apiUserV1Update',
  'apiUserV1Delete',
  'apiUserV1ExchangePrimaryFactor',
  'apiUserV1DeleteExternalId',
  'apiUserV1ConnectedApps',
  'apiUserV1Revoke',
  'apiUserV1DeleteEmail',
  'apiUserV1DeletePhoneNumber',
  'apiUserV1DeleteWebAuthnRegistration',
  'apiUserV1DeleteBiometricRegistration',
  'apiUserV1DeleteTotp',
  'apiUserV1DeleteCryptoWallet',
  'apiUserV1DeletePassword',
  'apiUserV1DeleteOAuthRegistration',
];

test('every sentence of the seed page is in the raw HTML', async ({ at, request }) => {
  const html = await (await request.get(`${at.plain}/stytch/apiUserV1Create`)).text();
  const text = textOf(html);
  for (const sentence of SENTENCES) expect.soft(text).toContain(sentence);
  for (const heading of HEADINGS) expect.soft(html).toMatch(new RegExp(`<h\\d[^>]*>(<svg.*?</svg>|<code>)?${heading}(</code>)?</h\\d>`));
});

test('every sentence of the seed page is visible', async ({ at, page, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  const seen = (await page.getByRole('main').innerText()).replace(/\s+/g, ' ');
  for (const sentence of SENTENCES) expect.soft(seen).toContain(sentence);
  for (const name of HEADINGS) await expect.soft(page.getByRole('heading', { name, exact: true })).toBeVisible();
  for (const [name, url] of Object.entries(LINKS)) await expect.soft(page.getByRole('link', { name, exact: true }).first()).toHaveAttribute('href', url);
  await expect(page).toHaveTitle('Create a user · Stytch API · API Explorer');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create a user');
  await expect(page.getByRole('main').getByText('Create', { exact: true })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('@utdk/stytch /v1/users');
  await expect(parts.snippet).toHaveText("import stytch from '@utdk/stytch';\n\nawait stytch.apiUserV1Create()");
});

test('the breadcrumb links to the provider and the home page', async ({ at, page, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  const breadcrumb = page.getByRole('navigation', { name: 'Breadcrumb' });
  await expect(breadcrumb.getByRole('listitem')).toHaveText([/^provider stytch$/, 'User', 'POST /v1/users']);
  await breadcrumb.getByRole('link').first().click();
  await expect(page).toHaveURL(`${at.plain}/stytch`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stytch API');
  await breadcrumb.getByRole('link', { name: 'All providers' }).click();
  await expect(page).toHaveURL(`${at.plain}/`);
});

test('the provider page lists all operations, those of the group User first, each with a page and a form', async ({ at, page, request }) => {
  await open(page, `${at.plain}/stytch`);
  const links = page.getByRole('main').locator('.operations').getByRole('link');
  const addresses = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  expect(addresses).toHaveLength(184);
  expect(addresses.slice(0, USER_OPERATIONS.length)).toEqual(USER_OPERATIONS.map((name) => `/stytch/${name}`));
  for (const name of USER_OPERATIONS) {
    const response = await request.get(`${at.plain}/stytch/${name}`);
    expect(response.status(), name).toBe(200);
    const html = await response.text();
    expect(html, name).toContain('<form id="call"');
    expect(textOf(html), name).toContain(`await stytch.${name}(`);
  }
});

test('the home page lists the provider, and its search finds operations', async ({ at, page }) => {
  await open(page, at.plain);
  await expect(page.getByRole('main').getByRole('link', { name: 'Stytch', exact: true })).toHaveAttribute('href', '/stytch');
  const search = page.getByLabel('Search operations', { exact: true });
  await search.fill('phone_number user');
  await search.press('Enter');
  const results = page.getByRole('region', { name: 'Search results' });
  await expect(results.getByRole('link', { name: /Create.*\/v1\/users\s*Stytch · User/ })).toBeVisible();
  await expect(search).toHaveValue('phone_number user');
  await search.fill('nothing-is-called-so');
  await search.press('Enter');
  await expect(results.getByRole('status')).toHaveText('No operation matches “nothing-is-called-so”. Try fewer or other words.');
});

for (const path of ['/nobody', '/stytch/nothing', '/nobody/nothing', '/a/b/c']) {
  test(`${path} is a not-found page with status 404`, async ({ at, page, faults }) => {
    faults.expect(/^console: .*status of 404/);
    const response = await page.goto(at.plain + path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found');
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
  });
}

test('the document is OpenAPI 3.1 with the servers test and live', async ({ at, request }) => {
  const response = await request.get(`${at.plain}/stytch/openapi.json`);
  expect(response.headers()['content-type']).toContain('application/json');
  const document = (await response.json()) as { openapi: string; servers: Record<string, string>[]; paths: object };
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.servers.map((server) => [server['x-name'], server['url']])).toEqual([
    ['test', 'https://test.stytch.com'],
    ['live', 'https://api.stytch.com'],
  ]);
});

test('health and readiness probes succeed', async ({ at, request }) => {
  for (const path of ['/healthz', '/readyz']) expect((await request.get(at.plain + path)).status(), path).toBe(200);
});

test('the form can be sent with scripts and without', async ({ at, parts, openOperation }) => {
  await openOperation(at.plain, 'apiUserV1Create');
  await expect(parts.send).toBeEnabled();
  await expect(parts.gateway.getByRole('radio', { name: 'This server' })).toBeChecked();
  await expect(parts.snippet.locator('..').getByRole('button', { name: 'Copy' })).toBeVisible({ visible: hasScripts() });
});

/** Returns the text of HTML: without scripts, comments and tags, with entities decoded and white space collapsed. */
function textOf(html: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', apos: "'", nbsp: ' ' };
  return html
    .replace(/<script[\s\S]*?<\/script>|<!--[\s\S]*?-->|<[^>]*>/g, '')
    .replace(/&#x([0-9a-f]+);/gi, (_, digits: string) => String.fromCodePoint(parseInt(digits, 16)))
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
    .replace(/\s+/g, ' ');
}
