// Stytch's official SDKs work unchanged with the explorer as their base URL, and an access token as their secret.

import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileSync } from 'node:fs';
import stytch from 'stytch';
import { expect, test } from '../fixtures.ts';
import { CERTIFICATE, OPERATOR, PRIVATE_KEY } from '../secrets.ts';
import { LOGS } from '../servers.ts';

const EMAIL = 'sandbox@stytch.com';
const USER = 'user-test-00000000-0000-4000-8000-000000000000';

test('the Node SDK creates, reads, searches, updates and deletes, and signs in', async ({ at }) => {
  // The SDK prints a warning about a custom base URL.
  const client = new stytch.Client({ project_id: OPERATOR.project, secret: at.sdkToken, env: at.sdk });
  for (const response of [
    await client.users.create({ email: EMAIL }),
    await client.users.get({ user_id: USER }),
    await client.users.update({ user_id: USER, name: { first_name: 'Ann' } }),
    await client.users.search({ limit: 1 }),
    await client.magicLinks.email.loginOrCreate({ email: EMAIL }),
    await client.sessions.authenticate({ session_token: 'any' }),
    await client.users.delete({ user_id: USER }),
  ]) {
    expect(typeof response.request_id).toBe('string');
  }
});

test('the Node SDK is refused with an invalid token', async ({ at }) => {
  const client = new stytch.Client({ project_id: OPERATOR.project, secret: `${at.sdkToken}0`, env: at.sdk });
  await expect(client.users.get({ user_id: USER })).rejects.toThrow();
});

test('the Python SDK works over TLS, which it requires', async ({ at }) => {
  test.skip(!process.env.PYTHON_STYTCH, 'PYTHON_STYTCH does not name a Python with stytch; scripts/test sets it');
  const tls = await startTlsProxy(at.sdk);
  try {
    const authority = join(LOGS, 'certificate.pem');
    writeFileSync(authority, CERTIFICATE);
    const { port } = tls.address() as AddressInfo;
    const program = `
import stytch, sys
client = stytch.Client(project_id=sys.argv[1], secret=sys.argv[2], custom_base_url=sys.argv[3])
user = sys.argv[4]
responses = [
    client.users.create(email="${EMAIL}"),
    client.users.get(user_id=user),
    client.users.update(user_id=user),
    client.magic_links.email.login_or_create(email="${EMAIL}"),
    client.users.delete(user_id=user),
]
print(len([response for response in responses if response.request_id]))
`;
    const run = promisify(execFile)(
      process.env.PYTHON_STYTCH ?? '',
      ['-c', program, OPERATOR.project, at.sdkToken, `https://127.0.0.1:${port}`, USER],
      { env: { REQUESTS_CA_BUNDLE: authority, PATH: process.env.PATH } },
    );
    expect((await run).stdout.trim()).toBe('5');
  } finally {
    tls.closeAllConnections();
    tls.close();
  }
});

/** Starts a TLS proxy in front of an explorer. */
async function startTlsProxy(explorer: string): Promise<Server> {
  const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (incoming, outgoing) => {
    const forwarded = request(explorer + incoming.url, { method: incoming.method, headers: incoming.headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
