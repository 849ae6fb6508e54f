// Runs the snippets for Stytch's SDKs unchanged, against Stytch's official document: Prism refuses requests that are not authenticated
// or do not match it.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { APIRequestContext } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { OPERATOR } from '../secrets.ts';

const run = promisify(execFile);
const user_id = 'user-test-00000000-0000-4000-8000-000000000000';
const CALLS = [
  ['apiUserV1Create', { email: 'sandbox@stytch.com', name: { first_name: 'it\'s "Ann"' }, trusted_metadata: { plan: 'a', seats: 3 } }],
  ['apiUserV1Get', { user_id }],
  ['apiUserV1Update', { user_id, roles: ['reader'] }],
  // No delete: the Node SDK sends a body with it, which Prism refuses.
  ['apiUserV1Search', { limit: 1, cursor: 'it\'s' }],
  ['apiMagicV1MagicLinksEmailLoginOrCreate', { email: 'sandbox@stytch.com' }],
] as const;

/** Redirects requests from Stytch to Prism, and prints the status. Not every SDK can parse the bodies that Prism generates. */
const TO_PRISM = {
  node: `data:text/javascript,const { fetch } = globalThis;
globalThis.fetch = async (url, options) => {
  const { status } = await fetch(process.env.PRISM + new URL(url).pathname + new URL(url).search, options);
  console.log('Prism responds', status);
  return new Response('{"status_code": 200}');
};`,
  python: `
import os, runpy, sys
import requests

send = requests.Session.send


def to_prism(session, request, **options):
    request.url = os.environ["PRISM"] + request.path_url
    print("Prism responds", send(session, request, **options).status_code)
    sys.exit()


requests.Session.send = to_prism
runpy.run_path(sys.argv[1])`,
};

/** Returns the snippet for an SDK. */
async function fetchSnippet(request: APIRequestContext, server: string, operation: string, args: object, client: string): Promise<string> {
  const data = { provider: 'stytch', operation, environment: 'test', content_type: '', arguments: args, client, secret_source: 'environment' };
  const response = await request.post(`${server}/api/snippet`, { data, headers: { origin: server } });
  const { code } = (await response.json()) as { code: string };
  const text = code.replaceAll(/<[^>]*>/g, '');
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

for (const [operation, args] of CALLS) {
  test(`code for the Node SDK is accepted: ${operation}`, async ({ at, request }) => {
    const file = test.info().outputPath('call.mjs');
    writeFileSync(file, await fetchSnippet(request, at.plain, operation, args, 'stytch-node'));
    const env = { PATH: process.env.PATH, PRISM: at.prism, STYTCH_PROJECT_ID: OPERATOR.project, STYTCH_SECRET: OPERATOR.secret };
    const { stdout } = await run(process.execPath, ['--import', TO_PRISM.node, file], { env });
    expect(stdout).toContain('Prism responds 200');
  });

  test(`code for the Python SDK is accepted: ${operation}`, async ({ at, request }) => {
    test.skip(!process.env.PYTHON_STYTCH, 'PYTHON_STYTCH does not name a Python with stytch; scripts/test sets it');
    const file = test.info().outputPath('call.py');
    writeFileSync(file, await fetchSnippet(request, at.plain, operation, args, 'stytch-python'));
    const env = { PATH: process.env.PATH, PRISM: at.prism, STYTCH_PROJECT_ID: OPERATOR.project, STYTCH_SECRET: OPERATOR.secret };
    const { stdout } = await run(process.env.PYTHON_STYTCH ?? '', ['-c', TO_PRISM.python, file], { env });
    expect(stdout).toContain('Prism responds 200');
  });
}
