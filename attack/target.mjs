// The explorer under attack, and its upstream, which records the requests that it receives and returns them.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = [process.env.EXPLORER_PROGRAM, 'target/quick/api-explorer', 'target/release/api-explorer'];
const program = programs.find((path) => path && existsSync(join(root, path)));

/** The operator's credential. */
export const OPERATOR_KEY = 'operators-key-0123456789';

const text = { type: 'string' };
const object = { type: 'object', properties: { text }, additionalProperties: true };
const json = (schema) => ({ required: true, content: { 'application/json': { schema } } });
const operation = (operationId, scheme, more = {}) => ({ operationId, security: [{ [scheme]: [] }], responses: { 200: { description: 'Done.' } }, ...more });

/** Returns the document of the attacked provider. `title` may be hostile. */
function document(title) {
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: 'https://api.acme.com' }, { url: 'https://api.acme.com/test', description: 'test' }],
    paths: {
      '/things': { get: operation('listThings', 'key'), post: operation('createThing', 'key', { requestBody: json(object), parameters: [{ name: 'X-Trace', in: 'header', schema: text }] }) },
      '/things/denied': { get: operation('deniedThing', 'key') },
      '/basic': { get: operation('useBasic', 'basic') },
      '/cookie': { get: operation('useCookie', 'cookie') },
      '/form': { post: operation('sendForm', 'key', { requestBody: { content: { 'multipart/form-data': { schema: { type: 'object', properties: { title: text } } } } } }) },
    },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        basic: { type: 'http', scheme: 'basic' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      },
    },
  };
}

async function startUpstream() {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const received = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
    requests.push(received);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ method: received.method }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { requests, server, url: `http://127.0.0.1:${server.address().port}` };
}

async function freePort() {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts an explorer and its upstream. `restart` starts it again with other settings, over the same store. */
export async function startTarget() {
  if (!program) throw new Error('there is no program to attack: run `make serve` once, or set EXPLORER_PROGRAM');
  const folder = mkdtempSync(join(tmpdir(), 'api-explorer-attack-'));
  const upstream = await startUpstream();
  const target = { folder, upstream: upstream.url, requests: upstream.requests, log: '', store: join(folder, 'explorer.db'), settings: {} };
  let child;

  const settings = () => ({
    PATH: process.env.PATH,
    ATTACKED_KEY: OPERATOR_KEY,
    EXPLORER_CONFIG: join(folder, 'explorer.toml'),
    DATABASE_URL: `sqlite:${target.store}`,
    // Where the program finds the site's files, if it does not contain them.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('LEPTOS_'))),
    ...target.settings,
  });

  /** Writes the document and the settings file, whose policy may have more lines. */
  target.configure = ({ title = 'Attacked', policy = 'deny = ["deniedThing"]' } = {}) => {
    writeFileSync(join(folder, 'document.json'), JSON.stringify(document(title)));
    writeFileSync(
      join(folder, 'explorer.toml'),
      `[[provider]]\nid = "attacked"\ndocument = "document.json"\nbase_url = "${upstream.url}"\n[provider.policy]\n${policy}\n[provider.credential]\nscheme = "key"\nkey = "env:ATTACKED_KEY"\nhosts = ["127.0.0.1"]\n`,
    );
  };

  target.start = async (more = {}) => {
    target.settings = more;
    const port = await freePort();
    target.origin = `http://127.0.0.1:${port}`;
    child = spawn(program, [], { cwd: root, env: { ...settings(), LEPTOS_SITE_ADDR: `127.0.0.1:${port}` }, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (data) => (target.log += data));
    for (;;) {
      const response = await fetch(`${target.origin}/readyz`).catch(() => undefined);
      if (response?.status === 200) return;
      if (child.exitCode !== null) throw new Error(`the explorer did not start: ${target.log.slice(-500)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  target.end = async () => {
    if (!child || child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };

  target.restart = async (more = {}) => {
    await target.end();
    await target.start(more);
  };

  target.stop = async () => {
    await target.end();
    upstream.server.closeAllConnections();
    upstream.server.close();
    rmSync(folder, { recursive: true, force: true });
  };

  /** Runs a command of the program, and returns its exit status and both outputs. */
  target.command = (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: root, env: settings() }, (error, stdout, stderr) => resolve({ status: error ? (error.code ?? 1) : 0, output: stdout + stderr }));
    });

  /** Posts JSON, and returns the status, the code of an error, the JSON, and the cookie that was set. */
  target.post = async (path, message, headers = {}) => {
    const response = await fetch(target.origin + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(message) });
    const body = await response.text();
    let parsed;
    try {
      parsed = JSON.parse(body);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, code: parsed?.code, json: parsed, text: body, cookie: response.headers.get('set-cookie')?.split(';')[0] };
  };

  target.call = (name, args = {}, more = {}, headers = {}) => target.post(`/tools/attacked/${name}`, { args, ...more }, headers);

  target.configure();
  await target.start().catch(async (error) => {
    await target.stop();
    throw error;
  });
  return target;
}

/** Thrown by an attack that cannot be made on this machine. */
export class Skipped extends Error {}

/** Throws an error unless a value is as expected. */
export function expect(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}
