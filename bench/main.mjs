// Measures the budgets on this machine and prints them as a Markdown table: page weight, time until the form works, time to render,
// time that the gateway adds to a call, time to start, a thousand concurrent clients. Exits with status 1 if the page exceeds its
// budget, or if the clients receive an error or the memory grows. Times depend on the machine, so they are only printed.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { catalog } from './catalog.mjs';
import { largeDocuments } from './large.mjs';
import { load } from './load.mjs';
import { keystrokesOf } from './snippet.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const store = mkdtempSync(join(tmpdir(), 'api-explorer-bench-'));
process.on('exit', () => rmSync(store, { recursive: true, force: true }));
const page = '/stytch/apiUserV1Create';
const weightBudget = 115_000;

const median = (values) => percentile(values, 50);
const percentile = (values, p) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * p) / 100))];
const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

async function freePort() {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the explorer; `ready` is the time until it was ready. */
async function start(settings) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('target/release/api-explorer', {
    cwd: root,
    env: { ...process.env, RUST_LOG: 'warn', LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, DATABASE_URL: `sqlite:${join(store, 'explorer.db')}`, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    const response = await request(new http.Agent(), port, 'GET', '/readyz').catch(() => undefined);
    if (response?.status === 200) break;
    if (child.exitCode !== null) throw new Error('the explorer did not start');
    // Asking without pauses would take half of a small machine from the start that is measured.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { port, pid: child.pid, ready: performance.now() - began, stop: () => child.kill() };
}

function request(agent, port, method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const message = http.request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const result = { status: response.statusCode, retryAfter: response.headers['retry-after'] };
      response.resume().on('end', () => resolve(result)).on('error', reject);
    });
    message.on('error', reject).end(body);
  });
}

async function timed(work) {
  const began = performance.now();
  const response = await work();
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return performance.now() - began;
}

async function startUp() {
  const times = [];
  for (let run = 0; run < 7; run += 1) {
    const explorer = await start({});
    times.push(explorer.ready);
    explorer.stop();
  }
  return times;
}

/** Two clients, one per core, request the page without pauses. */
async function rendering(port) {
  const times = [];
  const client = async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let run = 0; run < 1500; run += 1) {
      const time = await timed(() => request(agent, port, 'GET', page, undefined, { 'accept-encoding': 'br' }));
      if (run >= 100) times.push(time);
    }
    agent.destroy();
  };
  await Promise.all([client(), client()]);
  return times;
}

/** Creates an access token of the measured explorers. */
function createToken() {
  const env = { ...process.env, RUST_LOG: 'warn', DATABASE_URL: `sqlite:${join(store, 'explorer.db')}` };
  const args = ['token', 'create', '--name', 'Bench', '--may', 'reveal'];
  return execFileSync('target/release/api-explorer', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Opens the page in a new browser, and returns its transferred bytes and the times until the form accepts text and responds. */
async function visit(port) {
  const browser = await launchBrowser();
  const tab = await browser.newPage();
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Network.enable');
  const kinds = new Map();
  const weights = {};
  devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (!response.url.endsWith('favicon.svg')) kinds.set(requestId, type);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) weights[kind] = (weights[kind] ?? 0) + encodedDataLength;
  });
  await tab.addInitScript(() => {
    const look = () => {
      const field = document.getElementById('value/email');
      if (field && window.usableAt === undefined) window.usableAt = performance.now();
      if (document.querySelector('.try-it[data-ready]')) window.aliveAt = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await tab.goto(`http://127.0.0.1:${port}${page}`);
  await tab.waitForFunction(() => window.aliveAt !== undefined);
  await tab.waitForLoadState('networkidle');
  const times = await tab.evaluate(() => ({ usable: window.usableAt, alive: window.aliveAt }));
  await browser.close();
  return { weights, ...times };
}

const starts = await startUp();
const explorer = await start({});
const renders = await rendering(explorer.port);
const visits = [];
for (let run = 0; run < 6; run += 1) visits.push(await visit(explorer.port));
const keystrokes = await keystrokesOf(explorer.port, page);
explorer.stop();
const { small, large } = await largeDocuments({ start, request, timed });
const catalogRows = await catalog({ start, request, timed, ms, percentile });
const loaded = await load({ start, request, timed, freePort, createToken, ms, median, percentile });

const [{ weights }] = visits;
const weight = Object.values(weights).reduce((sum, bytes) => sum + bytes, 0);
const parts = Object.entries(weights).map(([kind, bytes]) => `${kind} ${(bytes / 1000).toFixed(1)}`).join(', ');
const warm = visits.slice(1);
const rows = [
  ['operation page, transferred', `${(weight / 1000).toFixed(1)} kB (${parts})`, '115 kB, aim 100 kB'],
  ['form takes text after navigation', ms(median(warm.map((visit) => visit.usable))), '150 ms'],
  ['snippet follows after navigation', ms(median(warm.map((visit) => visit.alive))), ''],
  ['keystroke until the default snippet shows it, p50 / p99', `${ms(median(keystrokes.TypeScript))} / ${ms(percentile(keystrokes.TypeScript, 99))}`, '16 ms'],
  ['keystroke until that of an HTTP client shows it, p50 / p99', `${ms(median(keystrokes['Python · requests']))} / ${ms(percentile(keystrokes['Python · requests'], 99))}`, ''],
  ['page rendered, 2 clients, p50 / p99', `${ms(median(renders))} / ${ms(percentile(renders, 99))}`, 'p99 10 ms'],
  ['start until ready', ms(median(starts)), '300 ms'],
];
const ratio = (of) => `${(((large[of] - small[of]) / small[of]) * 100).toFixed(1)} %`;
rows.push(
  [`start with ${large.size.toFixed(1)} MB, 20,000 operations`, `${ms(large.ready)}, ${large.memory.toFixed(0)} MB of memory (500 operations: ${ms(small.ready)}, ${small.memory.toFixed(0)} MB)`, '10 MB: 1 s, 200 MB'],
  ['page of 20,000 operations against 500: weight, time', `${ratio('bytes')}, ${ratio('page')} (${ms(large.page)} against ${ms(small.page)})`, '± 10 %'],
  ['search among 20,000 operations, page included', ms(large.search), '100,000: 20 ms'],
);
rows.push(...catalogRows, ...loaded.rows);
console.log('| what | measured | budget |\n| --- | --- | --- |');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
if (Math.abs(large.bytes - small.bytes) > small.bytes / 10) {
  console.error(`An operation page of 20,000 operations has ${large.bytes} bytes, one of 500 has ${small.bytes}.`);
  process.exitCode = 1;
}
for (const fault of loaded.faults) {
  console.error(fault);
  process.exitCode = 1;
}
if (weight > weightBudget) {
  console.error(`The operation page is ${weight - weightBudget} bytes over its budget.`);
  process.exitCode = 1;
}
