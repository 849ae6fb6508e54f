// Starts the servers of the specs, each on a free port, and stops them.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { LIVE, OPERATOR } from './secrets.ts';
import { startUpstream } from './upstream.ts';

/** URLs of the servers, by name. */
export interface Servers {
  /** An explorer without any settings. */
  plain: string;
  /** An explorer with the operator's credential, in front of Prism. */
  operator: string;
  /** An explorer with the operator's credential and a timeout of 2 s, in front of the fake upstream. */
  faults: string;
  /** An explorer whose upstream does not listen. */
  unreachable: string;
  /** An explorer in which other gateways are disabled, with a name, a logo, an accent and a notice of its own. */
  closed: string;
  /** An explorer without a credential, whose pages use `gateway`. */
  page: string;
  /** An explorer with the operator's credential, in front of Prism, that allows the origin of `page`. */
  gateway: string;
  /** An explorer with `kinds.yaml`, and with the providers `orders`, of whose document no version is accepted yet, and `ticker`, which responds with streams; in front of the fake upstream. */
  kinds: string;
  /** An explorer with the operator's live credential, in front of the fake upstream. */
  live: string;
  /** An explorer with the operator's credential, in front of the fake upstream, that requires sign-in. */
  shared: string;
  /** An access token for `shared`. */
  token: string;
  /** An access token for `shared`, with the grant to administer. */
  adminToken: string;
  /** An explorer with the operator's credential, in front of Prism, that requires sign-in. */
  sdk: string;
  /** An access token for `sdk`, with the grant to delete. */
  sdkToken: string;
  /** Prism: mocks Stytch from its official document, and validates requests against it. */
  prism: string;
  /** The fake upstream. */
  upstream: string;
}

/** The folder of the servers' logs and stores, one of each per server. `faults` logs at the most detailed level. */
export const LOGS = 'test-results/servers';

/** Stytch's official document. If it is missing, Prism mocks ours. */
const OFFICIAL = '../../shared/specs/stytch-openapi.yml';
const START_TIMEOUT_MS = 120_000;

/** Returns the servers that the global setup started. */
export function servers(): Servers {
  return JSON.parse(process.env.EXPLORER_TEST_SERVERS ?? '{}') as Servers;
}

/** Playwright's global setup. Returns the teardown. */
export default async function setUp(): Promise<() => Promise<void>> {
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
  const children: ChildProcess[] = [];
  const upstream = await startUpstream();
  const tearDown = async () => {
    upstream.server.closeAllConnections();
    upstream.server.close();
    await Promise.all(children.map(stop));
  };
  try {
    const ports = await freePorts(14);
    const [plain, operator, faults, unreachable, closed, page, gateway, kinds, live, shared, sdk, identities, prism, mock] = ports.map((port) => `http://127.0.0.1:${port}`) as Fourteen;
    const credential = { STYTCH_PROJECT_ID: OPERATOR.project, STYTCH_SECRET: OPERATOR.secret };
    const explorers: [string, string, Record<string, string>][] = [
      ['plain', plain, {}],
      ['operator', operator, { ...credential, STYTCH_BASE_URL: prism }],
      ['faults', faults, { ...credential, STYTCH_BASE_URL: upstream.address, EXPLORER_TIMEOUT: '2', EXPLORER_LOG: 'json', RUST_LOG: 'trace', EXPLORER_ADMIN_LINK: 'off' }],
      // Port 1 is reserved, so nothing listens on it.
      ['unreachable', unreachable, { ...credential, STYTCH_BASE_URL: 'http://127.0.0.1:1' }],
      ['closed', closed, { EXPLORER_OTHER_GATEWAYS: 'off', EXPLORER_CONFIG: writeSiteSettings() }],
      ['page', page, {}],
      ['gateway', gateway, { ...credential, STYTCH_BASE_URL: prism, EXPLORER_ALLOWED_ORIGINS: page }],
      ['kinds', kinds, { EXPLORER_CONFIG: writeKindsSettings(upstream.address), ORDERS_KEY: 'key-of-the-operator', EXPLORER_ADMIN_LINK: 'off' }],
      ['live', live, { STYTCH_PROJECT_ID: LIVE.project, STYTCH_SECRET: LIVE.secret, STYTCH_BASE_URL: upstream.address }],
      ['sdk', sdk, { ...credential, STYTCH_BASE_URL: mock, EXPLORER_ACCESS: 'sign-in' }],
      ['shared', shared, { ...credential, STYTCH_BASE_URL: upstream.address, OIDC_SECRET, EXPLORER_CONFIG: writeAccessSettings(identities) }],
    ];
    children.push(...explorers.map(([name, address, settings]) => startExplorer(name, address, settings)));
    await Promise.all(explorers.map(([, address]) => waitUntilServed(`${address}/readyz`, children)));
    const token = createToken('shared', shared);
    const adminToken = createToken('shared', shared, '--may', 'admin');
    const sdkToken = createToken('sdk', sdk, '--may', 'delete');
    children.push(start('identities', process.execPath, ['identities.mjs', new URL(identities).port, `${shared}/auth/callback`, 'explorer', OIDC_SECRET], { cwd: '.', env: process.env }));
    await waitUntilServed(`${identities}/.well-known/openid-configuration`, children);
    const document = await download(`${plain}/stytch/openapi.json`);
    children.push(startPrism(prism, existsSync(OFFICIAL) ? OFFICIAL : document));
    // Responses that SDKs can parse require examples, which the official document does not have.
    children.push(startPrism(mock, document));
    await Promise.all([prism, mock].map((address) => waitUntilServed(address, children)));
    const started: Servers = { plain, operator, faults, unreachable, closed, page, gateway, kinds, live, shared, token, adminToken, sdk, sdkToken, prism, upstream: upstream.address };
    process.env.EXPLORER_TEST_SERVERS = JSON.stringify(started);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

type Fourteen = [string, string, string, string, string, string, string, string, string, string, string, string, string, string];

/** The program under test, relative to the project's folder. */
const EXPLORER = process.env.EXPLORER_PROGRAM ?? join('target', 'release', 'api-explorer');
const OIDC_SECRET = 'secret-of-the-explorer-at-the-identity-provider';

/** Writes the settings of an explorer to which users of one domain can sign in. */
function writeAccessSettings(issuer: string): string {
  const path = resolve(LOGS, 'access.toml');
  writeFileSync(path, `[access.oidc]\nissuer = ${JSON.stringify(issuer)}\nclient_id = "explorer"\nclient_secret = "env:OIDC_SECRET"\nallow = ["*@example.com"]\n`);
  return path;
}

/** Writes settings with a name, a logo, an accent and a notice. */
function writeSiteSettings(): string {
  const path = resolve(LOGS, 'site.toml');
  writeFileSync(resolve(LOGS, 'acme.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="8" height="8"><circle cx="4" cy="4" r="4"/></svg>');
  writeFileSync(path, '[site]\nname = "Acme APIs"\nlogo = "acme.svg"\naccent = "#0b5c3c"\nnotice = "For employees only."\n');
  return path;
}

/** Writes the settings of an explorer with `kinds.yaml` and the provider `orders`, whose calls go to the upstream. */
function writeKindsSettings(upstream: string): string {
  const path = resolve(LOGS, 'explorer.toml');
  writeFileSync(path, `[[provider]]\nid = "kinds"\ndocument = ${JSON.stringify(resolve('kinds.yaml'))}\nservers = [${JSON.stringify(upstream)}]\n[provider.policy]\ntest = ["server1"]\n${ordersSettings(upstream)}${tickerSettings(upstream)}`);
  return path;
}

/** Writes a document, and returns the settings of its provider: with an operator's credential, and no version accepted by itself. */
function ordersSettings(upstream: string): string {
  const document = resolve(LOGS, 'orders.json');
  const key = { type: 'apiKey', in: 'header', name: 'X-Key' };
  const paths = { '/orders': { get: { operationId: 'listOrders' } }, '/orders/export': { post: { operationId: 'exportOrders' } } };
  const components = { securitySchemes: { key } };
  writeFileSync(document, JSON.stringify({ openapi: '3.1.0', info: { title: 'Orders', version: '1' }, security: [{ key: [] }], components, paths }));
  const credential = '[provider.credential]\nkey = "env:ORDERS_KEY"\nhosts = ["127.0.0.1"]';
  return `[[provider]]\nid = "orders"\ndocument = ${JSON.stringify(document)}\nservers = [${JSON.stringify(upstream)}]\n${credential}\n[provider.policy]\naccept = "manual"\ntest = ["server1"]\n`;
}

/** Writes a document with an operation that responds with a stream, and returns the settings of its provider. */
function tickerSettings(upstream: string): string {
  const document = resolve(LOGS, 'ticker.json');
  const parameters = [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }];
  const responses = { 200: { description: 'Events', content: { 'text/event-stream': {} } } };
  const paths = { '/streams/{name}': { get: { operationId: 'watch', parameters, responses } } };
  writeFileSync(document, JSON.stringify({ openapi: '3.2.0', info: { title: 'Ticker', version: '1' }, paths }));
  return `[[provider]]\nid = "ticker"\ndocument = ${JSON.stringify(document)}\nservers = [${JSON.stringify(upstream)}]\n[provider.policy]\ntest = ["server1"]\n`;
}

/** Creates an access token of an explorer with the command line. */
function createToken(name: string, address: string, ...options: string[]): string {
  const args = ['token', 'create', '--name', 'A test', ...options];
  return execFileSync(EXPLORER, args, { cwd: '..', env: environment(name, address, {}), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function startExplorer(name: string, address: string, settings: Record<string, string>): ChildProcess {
  return start(name, EXPLORER, [], { cwd: '..', env: environment(name, address, settings) });
}

/** Returns an environment with only these settings, without the variables of the developer. */
function environment(name: string, address: string, settings: Record<string, string>): Record<string, string> {
  const DATABASE_URL = `sqlite:${resolve(LOGS, `${name}.db`)}`;
  return { PATH: process.env.PATH ?? '', LEPTOS_SITE_ADDR: new URL(address).host, DATABASE_URL, ...settings };
}

/** Downloads a document, for which Prism itself would wait only 5 seconds. Returns its path. */
async function download(url: string): Promise<string> {
  const path = join(LOGS, 'stytch.json');
  writeFileSync(path, await (await fetch(url)).text());
  return path;
}

function startPrism(address: string, specification: string): ChildProcess {
  const { hostname, port } = new URL(address);
  const prism = join('node_modules', '@stoplight', 'prism-cli', 'dist', 'index.js');
  return start('prism', process.execPath, [prism, 'mock', specification, '-h', hostname, '-p', port], { cwd: '.', env: process.env });
}

function start(name: string, program: string, args: string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
  const log = openSync(join(LOGS, `${name}.log`), 'w');
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', log, log] });
  child.on('error', (error) => console.error(`${name} cannot be started: ${error.message}`));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killTimer);
}

/** Waits until a server responds, whatever the status. Fails if a server has exited. */
async function waitUntilServed(url: string, children: ChildProcess[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    const dead = children.find((child) => child.exitCode !== null || child.pid === undefined);
    if (dead) throw new Error(`${dead.spawnargs[0]} exited during its start; see ${LOGS}.`);
    if (Date.now() > deadline) throw new Error(`Nothing responds at ${url}; see ${LOGS}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Finds free ports. All are held until the last is found, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const held = Array.from({ length: count }, () => createServer());
  await Promise.all(held.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
