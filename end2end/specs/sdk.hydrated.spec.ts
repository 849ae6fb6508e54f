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
  // What its own environments are, it calls a custom one, and warns.
  const client = new stytch.Client({ project_id: OPERATOR.project, secret: at.sdkToken, env: at.sdk });
  for (const reply of [
    await client.users.create({ email: EMAIL }),
    await client.users.get({ user_id: USER }),
    await client.users.update({ user_id: USER, name: { first_name: 'Ann' } }),
    await client.users.search({ limit: 1 }),
    await client.magicLinks.email.loginOrCreate({ email: EMAIL }),
    await client.sessions.authenticate({ session_token: 'any' }),
    await client.users.delete({ user_id: USER }),
  ]) {
    expect(typeof reply.request_id).toBe('string');
  }
});

test('the Node SDK is refused with another token, as by Stytch', async ({ at }) => {
  const client = new stytch.Client({ project_id: OPERATOR.project, secret: `${at.sdkToken}0`, env: at.sdk });
  await expect(client.users.get({ user_id: USER })).rejects.toThrow();
});

test('the Python SDK does the same, over TLS as it insists', async ({ at }) => {
  test.skip(!process.env.PYTHON_STYTCH, 'PYTHON_STYTCH names no Python that has stytch; scripts/test does');
  const tls = await encrypted(at.sdk);
  try {
    const authority = join(LOGS, 'certificate.pem');
    writeFileSync(authority, CERTIFICATE);
    const { port } = tls.address() as AddressInfo;
    const program = `
import stytch, sys
client = stytch.Client(project_id=sys.argv[1], secret=sys.argv[2], custom_base_url=sys.argv[3])
user = sys.argv[4]
replies = [
    client.users.create(email="${EMAIL}"),
    client.users.get(user_id=user),
    client.users.update(user_id=user),
    client.magic_links.email.login_or_create(email="${EMAIL}"),
    client.users.delete(user_id=user),
]
print(len([reply for reply in replies if reply.request_id]))
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

/** What stands in front of a hosted explorer: it ends TLS and passes everything on. */
async function encrypted(explorer: string): Promise<Server> {
  const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (incoming, outgoing) => {
    const passed = request(explorer + incoming.url, { method: incoming.method, headers: incoming.headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
