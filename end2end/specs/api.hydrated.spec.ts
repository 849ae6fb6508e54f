// The gateway over HTTP, as scripts, SDKs and other explorers see it.

import type { APIResponse } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { basic, OPERATOR } from '../secrets.ts';

const CREATE = '/tools/stytch/apiUserV1Create';
const GET = '/tools/stytch/apiUserV1Get';

/** A reply of the explorer's own: one sentence, a code, and the fields that are wrong. */
interface Refusal {
  error: string;
  code: string;
  detail?: { field: string; message: string }[];
}

async function expectRefusal(reply: APIResponse, status: number, code: string): Promise<Refusal> {
  expect(reply.status()).toBe(status);
  expect(reply.headers()['content-type']).toContain('application/json');
  const refusal = (await reply.json()) as Refusal;
  expect(refusal).toMatchObject({ error: expect.stringMatching(/\w.*\.$/), code });
  return refusal;
}

test('arguments are taken wrapped and bare', async ({ at, request, unique, recorded }) => {
  const user = `plain.${unique}`;
  for (const data of [{ args: { user_id: user } }, { args: { user_id: user }, environment: 'test' }, { user_id: user }]) {
    const reply = await request.post(at.faults + GET, { data });
    expect(reply.status()).toBe(200);
    expect(await reply.json()).toEqual({
      data: { status_code: 200, request_id: 'upstream-1' },
      meta: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        durationMs: expect.any(Number),
        status: 200,
        headers: expect.objectContaining({ 'content-type': 'application/json', 'x-upstream': 'double' }),
        environment: 'test',
        size: 45,
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

test('Stytch’s own document accepts the request', async ({ at, request }) => {
  const reply = await request.post(at.operator + CREATE, { data: { email: 'sandbox@stytch.com' } });
  expect(reply.status()).toBe(200);
  expect(await reply.json()).toMatchObject({ data: { user_id: 'string' }, meta: { status: 200 } });
});

test('the example answers where it is asked for, and never otherwise', async ({ at, request }) => {
  const example = await request.post(at.plain + CREATE, { data: { args: {}, environment: 'example' } });
  expect(example.status()).toBe(200);
  expect(await example.json()).toMatchObject({ data: { status: 'active' }, meta: { environment: 'example' } });
  await expectRefusal(await request.post(at.plain + CREATE, { data: {} }), 401, 'no_credential');
  await expectRefusal(await request.post(at.plain + CREATE, { data: { args: {}, environment: 'test' } }), 401, 'no_credential');
});

test('wrong arguments are named, each with its field', async ({ at, request, unique, recorded }) => {
  const refusal = await expectRefusal(await request.post(at.faults + CREATE, { data: { phone_number: '12', external_id: 'x'.repeat(129), name: { first_name: 5 } } }), 400, 'invalid_arguments');
  expect(refusal.detail?.map((problem) => problem.field).sort()).toEqual(['/external_id', '/name/first_name', '/phone_number']);
  const missing = await expectRefusal(await request.post(at.faults + GET, { data: {} }), 400, 'invalid_arguments');
  expect(missing.detail).toEqual([{ field: '/user_id', message: expect.any(String) }]);
  for (const user_id of ['..', '.', '', 'a/b', `${unique}\\b`, 'a\nb']) await expectRefusal(await request.post(at.faults + GET, { data: { user_id } }), 400, 'invalid_arguments');
  expect(await recorded(unique)).toEqual([]);
});

test('values in the path are encoded, and stay one segment', async ({ at, request, unique, recorded }) => {
  const user = `plain.${unique}?x=1#y%2e%2e;z ü`;
  expect((await request.post(at.faults + GET, { data: { user_id: user } })).status()).toBe(200);
  const [sent] = await recorded(encodeURIComponent(user));
  expect(decodeURIComponent(sent?.path ?? '')).toBe(`/v1/users/${user}`);
});

test('no argument becomes a header, a host or a credential', async ({ at, request, unique, recorded }) => {
  const data = { user_id: `plain.${unique}`, authorization: 'Basic stolen', host: 'evil.example', url: 'http://evil.example', 'x-forwarded-for': '1.2.3.4' };
  await expectRefusal(await request.post(at.faults + GET, { data }), 400, 'invalid_arguments');
  const headers = { authorization: 'Basic stolen', 'x-forwarded-host': 'evil.example', 'x-of-mine': 'a' };
  expect((await request.post(at.faults + GET, { data: { user_id: data.user_id }, headers })).status()).toBe(200);
  const [sent] = await recorded(data.user_id);
  expect(sent?.headers['authorization']).toBe(basic(OPERATOR));
  for (const name of ['x-of-mine', 'x-forwarded-host', 'x-forwarded-for']) expect(sent?.headers).not.toHaveProperty(name);
});

test('a body that is no JSON object is refused', async ({ at, request }) => {
  const headers = { 'content-type': 'application/json' };
  for (const data of ['{"args": ', '[]', '"text"', '{"args": []}', '{"args": {}, "environment": 5}']) {
    await expectRefusal(await request.post(at.faults + CREATE, { headers, data: Buffer.from(data) }), 400, 'malformed_request');
  }
});

test('what does not exist is not found', async ({ at, request }) => {
  for (const path of ['/tools/nobody/apiUserV1Create', '/tools/stytch/nothing', '/tools/stytch/apiuserv1create']) {
    await expectRefusal(await request.post(at.faults + path, { data: {} }), 404, 'not_found');
  }
  await expectRefusal(await request.post(at.faults + CREATE, { data: { args: {}, environment: 'moon' } }), 404, 'not_found');
  expect((await request.get(at.faults + CREATE)).status()).toBe(405);
});

test('a credential of one environment is not sent to another', async ({ at, request }) => {
  const reply = await request.post(at.faults + CREATE, { data: { args: {}, environment: 'live' } });
  expect((await expectRefusal(reply, 409, 'environment_mismatch')).error).toContain('not for live. Nothing was sent.');
});

test('a request that is too large is refused', async ({ at, request }) => {
  const reply = await request.post(at.faults + CREATE, { data: { trusted_metadata: { text: 'x'.repeat(14_000_001) } } });
  await expectRefusal(reply, 413, 'request_too_large');
});

test('an upstream’s refusal keeps its status and its body', async ({ at, request, unique }) => {
  for (const [behaviour, status, kind] of [['unauthorized', 401, 'unauthorized_credentials'], ['unknown', 404, 'user_not_found'], ['hurried', 429, 'too_many_requests']] as const) {
    const reply = await request.post(at.faults + GET, { data: { user_id: `${behaviour}.${unique}` } });
    expect(reply.status()).toBe(status);
    const body = (await reply.json()) as { error: string; data: Record<string, unknown> };
    expect(body).toMatchObject({ error: body.data['error_message'], data: { error_type: kind, status_code: status }, meta: { status } });
    expect(body).not.toHaveProperty('code');
  }
  const html = await request.post(at.faults + GET, { data: { user_id: `broken.${unique}` } });
  expect(html.status()).toBe(500);
  expect(await html.json()).toMatchObject({ error: 'The provider responded with status 500.', data: expect.stringContaining('<h1'), meta: { status: 500 } });
});

test('bodies of every kind arrive', async ({ at, request, unique }) => {
  const ask = async (behaviour: string) => (await request.post(at.faults + GET, { data: { user_id: `${behaviour}.${unique}` } })).json() as Promise<unknown>;
  expect(await ask('empty')).toMatchObject({ data: null, meta: { status: 204, size: 0 } });
  expect(await ask('text')).toMatchObject({ data: 'Plain words, <b>not markup</b>, ünïcödé 😀.' });
  expect(await ask('binary')).toMatchObject({ data: expect.stringMatching(/^iVBORw0KGgo/), meta: { encoding: 'base64' } });
  expect(await ask('large')).toMatchObject({ data: { first: 'the beginning', last: 'the end' }, meta: { size: 5_000_000 } });
});

test('an upstream that is slow, out of reach or talks too much is told apart', async ({ at, request, unique }) => {
  await expectRefusal(await request.post(at.faults + GET, { data: { user_id: `slow.${unique}` } }), 504, 'too_slow');
  await expectRefusal(await request.post(at.unreachable + GET, { data: { user_id: 'a' } }), 502, 'unreachable');
  await expectRefusal(await request.post(at.faults + GET, { data: { user_id: `too-large.${unique}` } }), 502, 'reply_too_large');
});

test('other sites’ pages are refused', async ({ at, request }) => {
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: at.plain },
  ];
  for (const headers of foreign) {
    for (const path of [CREATE, '/api/call', '/api/credential/save', '/api/credential/clear', '/stytch/apiUserV1Create']) {
      const reply = await request.post(at.operator + path, { headers, data: {} });
      expect(reply.status(), `${path} ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  const own = await request.post(at.operator + CREATE, { headers: { origin: at.operator, 'sec-fetch-site': 'same-origin' }, data: { email: 'a@b.c' } });
  expect(own.status()).toBe(200);
});

test('names that this server does not have are refused', async ({ at, request }) => {
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '169.254.169.254']) {
    for (const path of ['/', '/stytch/apiUserV1Create']) expect((await request.get(at.operator + path, { headers: { host } })).status(), `${host} ${path}`).toBe(403);
    await expectRefusal(await request.post(at.operator + CREATE, { headers: { host }, data: {} }), 403, 'forbidden');
  }
});

test('CORS is for the listed origins alone, without cookies', async ({ at, request }) => {
  const preflight = (origin: string, path = CREATE) =>
    request.fetch(at.gateway + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
  const listed = (await preflight(at.page)).headers();
  expect(listed['access-control-allow-origin']).toBe(at.page);
  expect(listed['access-control-allow-methods']).toBe('POST');
  expect(listed['access-control-allow-headers']).toBe('content-type');
  expect(listed).not.toHaveProperty('access-control-allow-credentials');
  for (const origin of [at.plain, 'https://evil.example', 'null', `${at.page}.evil.example`]) {
    expect((await preflight(origin)).headers(), origin).not.toHaveProperty('access-control-allow-origin');
    const reply = await request.post(at.gateway + CREATE, { headers: { origin, 'sec-fetch-site': 'cross-site' }, data: {} });
    expect(reply.status(), origin).toBe(403);
  }
  for (const path of ['/api/call', '/api/credential/save', '/stytch/apiUserV1Create']) {
    expect((await preflight(at.page, path)).headers(), path).not.toHaveProperty('access-control-allow-origin');
  }
  const reply = await request.post(at.gateway + CREATE, { headers: { origin: at.page, 'sec-fetch-site': 'same-site' }, data: { email: 'a@b.c' } });
  expect([reply.status(), reply.headers()['access-control-allow-origin']]).toEqual([200, at.page]);
});

test('every page bounds what it may do', async ({ at, request }) => {
  const nonces = new Set<string>();
  for (const path of ['/', '/stytch', '/stytch/apiUserV1Create', '/nothing', '/stytch/apiUserV1Create']) {
    const reply = await request.get(at.operator + path);
    const headers = reply.headers();
    const policy = headers['content-security-policy'] ?? '';
    for (const line of ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy, path).toContain(line);
    expect(policy, path).not.toContain("'unsafe-");
    expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(nonces.has(nonce), 'a nonce is used once').toBe(false);
    nonces.add(nonce);
  }
});
