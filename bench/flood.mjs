// Measures what other networks notice while one network floods a public server with pages, calls, sign-in attempts and unfinished
// bodies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const host = 'explorer.example.com';
const floodAddress = '127.0.0.9';
const others = 10;
const pause = 100;
const seconds = Number(process.env.BENCH_FLOOD_SECONDS ?? 20);
const maxRatio = 3;
const settings = `
[access]
rule = "public"
[[provider]]
id = "stytch"
[provider.policy]
rate = "1000/s"
daily = 100000000
daily_total = 1000000000
`;

/** Sends calls from several networks at a steady pace. Returns the times of their responses, and those that were not 200. */
async function callFromOthers(port, { percentile, median }) {
  const times = [];
  const failures = new Map();
  const end = performance.now() + seconds * 1000;
  const send = (agent, localAddress) =>
    new Promise((resolve) => {
      const headers = { host, 'content-type': 'application/json' };
      const options = { agent, host: '127.0.0.1', port, localAddress, method: 'POST', path: '/tools/stytch/apiUserV1Create', headers };
      const request = http.request(options, (response) => response.resume().on('end', () => resolve(response.statusCode)).on('error', (error) => resolve(error.code)));
      request.on('error', (error) => resolve(error.code)).end('{"email": "bench@example.com"}');
    });
  const client = async (index) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < end) {
      const began = performance.now();
      const status = await send(agent, `127.0.1.${index + 1}`);
      const time = performance.now() - began;
      times.push(time);
      if (status !== 200) failures.set(status, (failures.get(status) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause - time)));
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: others }, (_, index) => client(index)));
  return { p50: median(times), p99: percentile(times, 99), failures };
}

/** Runs the measurement with an upstream. Returns the rows of the table, and exceeded limits as `faults`. */
export async function flood(upstreamPort, credential, tools) {
  const { start, ms } = tools;
  const folder = mkdtempSync(join(tmpdir(), 'api-explorer-flood-'));
  writeFileSync(join(folder, 'explorer.toml'), settings);
  const explorer = await start({ ...credential, STYTCH_BASE_URL: `http://127.0.0.1:${upstreamPort}`, RUST_LOG: 'error', EXPLORER_HOSTS: host, EXPLORER_CONFIG: join(folder, 'explorer.toml') });
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${explorer.pid}/status`, 'utf8'))[1]) / 1000;
  const calm = await callFromOthers(explorer.port, tools);
  const before = memory();
  const flooder = spawn(process.execPath, [fileURLToPath(new URL('flooder.mjs', import.meta.url)), String(explorer.port), host, floodAddress], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  flooder.stdout.on('data', (chunk) => (output += chunk));
  const memories = [];
  const watching = setInterval(() => memories.push(memory()), 500);
  const flooded = await callFromOthers(explorer.port, tools);
  clearInterval(watching);
  flooder.kill('SIGTERM');
  await once(flooder, 'close');
  explorer.stop();
  rmSync(folder, { recursive: true });
  const ratio = flooded.p99 / calm.p99;
  const list = (counts) => [...counts].map(([status, count]) => `${count} × ${status}`).join(', ') || 'none';
  const describe = ({ p50, p99, failures }) => `p50 ${ms(p50)}, p99 ${ms(p99)}, refused: ${list(failures)}`;
  const rows = [
    [`calls of ${others} networks`, describe(calm), ''],
    ['the same calls while another network floods the server', `${describe(flooded)}; p99 ${ratio.toFixed(1)} times as long`, `none refused, ${maxRatio} times`],
    ['responses to the flood', `${list(JSON.parse(output))} in ${seconds} s`, ''],
    ['memory before, and at most during the flood', `${before.toFixed(0)} MB, ${Math.max(...memories).toFixed(0)} MB`, ''],
  ];
  const faults = [];
  if (flooded.failures.size > 0) faults.push(`Calls of other networks failed during the flood: ${list(flooded.failures)}.`);
  return { rows, faults };
}
