// The gateway over HTTP, as scripts, SDKs and other explorers see it.

import type { APIResponse } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { basic, OPERATOR } from '../secrets.ts';

const CREATE = '/tools/stytch/apiUserV1Create';
const GET = '/tools/stytch/apiUserV1Get';

/** An error of the explorer: a message, a code, and the invalid fields. */
interface ExplorerError {
  error: string;
  code: string;
  detail?: { field: string; message: string }[];
}

async function expectError(response: APIResponse, status: number, code: string): Promise<ExplorerError> {
  expect(response.status()).toBe(status);
  expect(response.headers()['content-type']).toContain('application/json');
  const error = (await response.json()) as ExplorerError;
  expect(error).toMatchObject({ error: expect.stringMatching(/\w.*\.$/), code });
  return error;
}

test('arguments are accepted with and without an envelope', async ({ at, request, unique, recorded }) => {
  const user = `plain.${unique}`;
  for (const data of [{ args: { user_id: user } }, { args: { user_id: user }, environment: 'test' }, { user_id: user }]) {
    const response = await request.post(at.faults + GET, { data });
    expect(response.status()).toBe(200);
    expect(await response.json()).toEqual({
      data: { status_code: 200, request_id: 'upstream-1' },
      meta: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        durationMs: expect.any(Number),
        status: 200,
        headers: expect.objectContaining({ 'content-type': 'application/json', 'x-upstream': 'double' }),
        environment: 'test',
        size: 45,
        fileName: 'apiUserV1Get.json',
        differences: expect.any(Array),
        receipt: expect.objectContaining({ providerRequestId: 'upstream-1', receivedBytes: 45 }),
      },
    });
  }
  const sent = await recorded(user);
  expect(sent).toHaveLength(3);
  for (const { method, path, headers } of sent) {
    expect([method, path, headers['authorization']]).toEqual(['GET', `/v1/users/${user}`, basic(OPERATOR)]);
  }
});

test('the request matches Stytch’s official document', async ({ at, request }) => {
  const response = await request.post(at.operator + CREATE, { data: { email: 'sandbox@stytch.com' } });
  expect(response.status()).toBe(200);
  expect(await response.json()).toMatchObject({ data: { user_id: 'string' }, meta: { status: 200 } });
});

test('the example environment is used only on request', async ({ at, request }) => {
  const example = await request.post(at.plain + CREATE, { data: { args: {}, environment: 'example' } });
  expect(example.status()).toBe(200);
  expect(await example.json()).toMatchObject({ data: { status: 'active' }, meta: { environment: 'example' } });
  await expectError(await request.post(at.plain + CREATE, { data: {} }), 401, 'no_credential');
  await expectError(await request.post(at.plain + CREATE, { data: { args: {}, environment: 'test' } }), 401, 'no_credential');
});

test('every invalid argument is reported with its field', async ({ at, request, unique, recorded }) => {
  const error = await expectError(await request.post(at.faults + CREATE, { data: { phone_number: '12', external_id: 'x'.repeat(129), name: { first_name: 5 } } }), 400, 'invalid_arguments');
  expect(error.detail?.map((problem) => problem.field).sort()).toEqual(['/external_id', '/name/first_name', '/phone_number']);
  const missing = await expectError(await request.post(at.faults + GET, { data: {} }), 400, 'invalid_arguments');
  expect(missing.detail).toEqual([{ field: '/user_id', message: expect.any(String) }]);
  for (const user_id of ['..', '.', '', 'a/../b', `${unique}\\b`, 'a\nb']) await expectError(await request.post(at.faults + GET, { data: { user_id } }), 400, 'invalid_arguments');
  expect(await recorded(unique)).toEqual([]);
});

test('path values are encoded as one segment', async ({ at, request, unique, recorded }) => {
  const user = `plain.${unique}?x=1#y%2e%2e;z ü`;
  expect((await request.post(at.faults + GET, { data: { user_id: user } })).status()).toBe(200);
  const [sent] = await recorded(encodeURIComponent(user));
  expect(decodeURIComponent(sent?.path ?? '')).toBe(`/v1/users/${user}`);
});

test('arguments cannot set headers, hosts or credentials', async ({ at, request, unique, recorded }) => {
  const data = { user_id: `plain.${unique}`, authorization: 'Basic stolen', host: 'evil.example', url: 'http://evil.example', 'x-forwarded-for': '1.2.3.4' };
  await expectError(await request.post(at.faults + GET, { data }), 400, 'invalid_arguments');
  const headers = { authorization: 'Basic stolen', 'x-http-method-override': 'DELETE', 'x-of-mine': 'a' };
  expect((await request.post(at.faults + GET, { data: { user_id: data.user_id }, headers })).status()).toBe(200);
  const [sent] = await recorded(data.user_id);
  expect(sent?.headers['authorization']).toBe(basic(OPERATOR));
  for (const name of ['x-of-mine', 'x-http-method-override', 'x-forwarded-for']) expect(sent?.headers).not.toHaveProperty(name);
});

test('a body that is not a JSON object is refused', async ({ at, request }) => {
  const headers = { 'content-type': 'application/json' };
  for (const data of ['{"args": ', '[]', '"text"', '{"args": []}', '{"args": {}, "environment": 5}']) {
    await expectError(await request.post(at.faults + CREATE, { headers, data: Buffer.from(data) }), 400, 'malformed_request');
  }
});

test('unknown providers, operations and environments are not found', async ({ at, request }) => {
  for (const path of ['/tools/nobody/apiUserV1Create', '/tools/stytch/nothing', '/tools/stytch/apiuserv1create']) {
    await expectError(await request.post(at.faults + path, { data: {} }), 404, 'not_found');
  }
  await expectError(await request.post(at.faults + CREATE, { data: { args: {}, environment: 'moon' } }), 404, 'not_found');
  expect((await request.get(at.faults + CREATE)).status()).toBe(405);
});

test('a credential of one environment is not sent to another', async ({ at, request }) => {
  const response = await request.post(at.faults + CREATE, { data: { args: {}, environment: 'live' } });
  expect((await expectError(response, 409, 'environment_mismatch')).error).toContain('not for live. Nothing was sent.');
});

test('a request that is too large is refused', async ({ at, request }) => {
  const response = await request.post(at.faults + CREATE, { data: { trusted_metadata: { text: 'x'.repeat(14_000_001) } } });
  await expectError(response, 413, 'request_too_large');
});

test('an error of the upstream keeps its status and body', async ({ at, request, unique }) => {
  for (const [behaviour, status, kind] of [['unauthorized', 401, 'unauthorized_credentials'], ['unknown', 404, 'user_not_found'], ['hurried', 429, 'too_many_requests']] as const) {
    const response = await request.post(at.faults + GET, { data: { user_id: `${behaviour}.${unique}` } });
    expect(response.status()).toBe(status);
    const body = (await response.json()) as { error: string; data: Record<string, unknown> };
    expect(body).toMatchObject({ error: body.data['error_message'], data: { error_type: kind, status_code: status }, meta: { status } });
    expect(body).not.toHaveProperty('code');
  }
  const html = await request.post(at.faults + GET, { data: { user_id: `broken.${unique}` } });
  expect(html.status()).toBe(500);
  expect(await html.json()).toMatchObject({ error: 'The provider responded with status 500.', data: expect.stringContaining('<h1'), meta: { status: 500 } });
});

test('response bodies of every kind are returned', async ({ at, request, unique }) => {
  const call = async (behaviour: string) => (await request.post(at.faults + GET, { data: { user_id: `${behaviour}.${unique}` } })).json() as Promise<unknown>;
  expect(await call('empty')).toMatchObject({ data: null, meta: { status: 204, size: 0 } });
  expect(await call('text')).toMatchObject({ data: 'Plain words, <b>not markup</b>, ünïcödé 😀.' });
  expect(await call('binary')).toMatchObject({ data: expect.stringMatching(/^iVBORw0KGgo/), meta: { encoding: 'base64' } });
  expect(await call('large')).toMatchObject({ data: { first: 'the beginning', last: 'the end' }, meta: { size: 5_000_000 } });
});

test('timeouts, unreachable upstreams and oversized responses have different codes', async ({ at, request, unique }) => {
  await expectError(await request.post(at.faults + GET, { data: { user_id: `slow.${unique}` } }), 504, 'too_slow');
  await expectError(await request.post(at.unreachable + GET, { data: { user_id: 'a' } }), 502, 'unreachable');
  await expectError(await request.post(at.faults + GET, { data: { user_id: `too-large.${unique}` } }), 502, 'reply_too_large');
});

test('requests of pages of other sites are refused', async ({ at, request }) => {
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: at.plain },
  ];
  for (const headers of foreign) {
    for (const path of [CREATE, '/api/call', '/api/credential/save', '/api/credential/clear', '/stytch/apiUserV1Create']) {
      const response = await request.post(at.operator + path, { headers, data: {} });
      expect(response.status(), `${path} ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  const own = await request.post(at.operator + CREATE, { headers: { origin: at.operator, 'sec-fetch-site': 'same-origin' }, data: { email: 'a@b.c' } });
  expect(own.status()).toBe(200);
});

test('unknown host names are refused', async ({ at, request }) => {
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '169.254.169.254']) {
    for (const path of ['/', '/stytch/apiUserV1Create']) expect((await request.get(at.operator + path, { headers: { host } })).status(), `${host} ${path}`).toBe(403);
    await expectError(await request.post(at.operator + CREATE, { headers: { host }, data: {} }), 403, 'forbidden');
  }
});

test('CORS is permitted only for listed origins, without cookies', async ({ at, request }) => {
  const preflight = (origin: string, path = CREATE) =>
    request.fetch(at.gateway + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
  const listed = (await preflight(at.page)).headers();
  expect(listed['access-control-allow-origin']).toBe(at.page);
  expect(listed['access-control-allow-methods']).toBe('POST');
  expect(listed['access-control-allow-headers']).toBe('content-type');
  expect(listed).not.toHaveProperty('access-control-allow-credentials');
  for (const origin of [at.plain, 'https://evil.example', 'null', `${at.page}.evil.example`]) {
    expect((await preflight(origin)).headers(), origin).not.toHaveProperty('access-control-allow-origin');
    const response = await request.post(at.gateway + CREATE, { headers: { origin, 'sec-fetch-site': 'cross-site' }, data: {} });
    expect(response.status(), origin).toBe(403);
  }
  for (const path of ['/api/call', '/api/credential/save', '/stytch/apiUserV1Create']) {
    expect((await preflight(at.page, path)).headers(), path).not.toHaveProperty('access-control-allow-origin');
  }
  const response = await request.post(at.gateway + CREATE, { headers: { origin: at.page, 'sec-fetch-site': 'same-site' }, data: { email: 'a@b.c' } });
  expect([response.status(), response.headers()['access-control-allow-origin']]).toEqual([200, at.page]);
});

test('every page has a content security policy', async ({ at, request }) => {
  const nonces = new Set<string>();
  for (const path of ['/', '/stytch', '/stytch/apiUserV1Create', '/nothing', '/stytch/apiUserV1Create']) {
    const response = await request.get(at.operator + path);
    const headers = response.headers();
    const policy = headers['content-security-policy'] ?? '';
    for (const line of ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy, path).toContain(line);
    expect(policy, path).not.toContain("'unsafe-");
    expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(nonces.has(nonce), 'a nonce is used once').toBe(false);
    nonces.add(nonce);
  }
});
