// Measures the time that the gateway adds to a call, in comparison with nginx, which forwards the same call with the same header; and
// a minute with a thousand concurrent clients: status codes, response times, memory; and a flood.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flood } from './flood.mjs';

const clients = 1000;
const seconds = Number(process.env.BENCH_LOAD_SECONDS ?? 60);
const project = 'project-test-bench';
const secret = `secret-test-${'b'.repeat(29)}`;
const body = JSON.stringify({ email: 'bench@example.com' });
const headers = { 'content-type': 'application/json' };

/** Starts nginx as an upstream that responds immediately, and as a proxy to it that adds the credential. */
async function startNginx({ freePort, request }) {
  const nginx = process.env.NGINX_PROGRAM;
  if (!nginx) return undefined;
  const [upstream, proxy] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'api-explorer-nginx-'));
  mkdirSync(join(folder, 'logs'));
  const credential = Buffer.from(`${project}:${secret}`).toString('base64');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; worker_processes 2; pid ${folder}/pid; error_log stderr error; events { worker_connections 8192; }
    http {
      access_log off; ${temporary} keepalive_requests 1000000; keepalive_timeout 75;
      upstream provider { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000; }
      server { listen 127.0.0.1:${upstream}; default_type application/json; return 200 '{"status_code":200,"user_id":"user-test-1"}'; }
      server {
        listen 127.0.0.1:${proxy};
        location / {
          proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_set_header Authorization "Basic ${credential}";
        }
      }
    }`);
  const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const agent = new http.Agent();
  while (!(await request(agent, proxy, 'POST', '/v1/users', body, headers).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error('nginx did not start');
  }
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  };
  return { upstream, proxy, stop };
}

/** One client that alternates between the upstream, nginx, and both endpoints of the gateway. */
async function added({ upstream, proxy }, explorer, token, { request, timed }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const bearer = { ...headers, authorization: `Bearer ${token}` };
  const targets = {
    direct: () => request(agent, upstream, 'POST', '/v1/users', body, headers),
    nginx: () => request(agent, proxy, 'POST', '/v1/users', body, headers),
    proxy: () => request(agent, explorer.port, 'POST', '/proxy/stytch/v1/users', body, bearer),
    tools: () => request(agent, explorer.port, 'POST', '/tools/stytch/apiUserV1Create', body, headers),
  };
  const times = Object.fromEntries(Object.keys(targets).map((target) => [target, []]));
  for (let run = 0; run < 3000; run += 1) {
    for (const [target, send] of Object.entries(targets)) {
      const time = await timed(send);
      if (run >= 300) times[target].push(time);
    }
  }
  agent.destroy();
  return times;
}

/** Resident memory in megabytes. */
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000;

/** Runs clients that send the next request as soon as they receive a response, or after the time in Retry-After. */
async function crowd(port, path, { request, percentile, median }, watch = () => {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const statuses = new Map();
  const times = [];
  const end = performance.now() + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      const { status, retryAfter } = await request(agent, port, 'POST', path, body, headers).catch((error) => ({ status: error.code ?? error.message }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) times.push(performance.now() - began);
      else await new Promise((resolve) => setTimeout(resolve, (Number(retryAfter) || 1) * 1000));
    }
  };
  const watching = setInterval(watch, 1000);
  await Promise.all(Array.from({ length: clients }, client));
  clearInterval(watching);
  agent.destroy();
  return { statuses, p50: median(times), p99: percentile(times, 99), perSecond: times.length / seconds };
}

/** Runs all measurements. Returns the rows of the table, and exceeded limits as `faults`. */
export async function load(tools) {
  const { start, ms, median, percentile, createToken } = tools;
  const nginx = await startNginx(tools);
  if (!nginx) return { rows: [['a thousand clients', 'not measured: nginx is missing, which `scripts/setup bench` downloads', '']], faults: [] };
  const settings = { STYTCH_PROJECT_ID: project, STYTCH_SECRET: secret, STYTCH_BASE_URL: `http://127.0.0.1:${nginx.upstream}`, RUST_LOG: 'error' };
  const explorer = await start(settings);
  const token = createToken();
  const times = await added(nginx, explorer, token, tools);
  const more = (target) => `${ms(median(times[target]) - median(times.direct))} / ${ms(percentile(times[target], 99) - percentile(times.direct, 99))}`;
  const memories = [];
  const through = await crowd(explorer.port, '/tools/stytch/apiUserV1Create', tools, () => memories.push(memory(explorer.pid)));
  const passed = await crowd(nginx.proxy, '/v1/users', tools);
  explorer.stop();
  const flooded = await flood(nginx.upstream, { STYTCH_PROJECT_ID: project, STYTCH_SECRET: secret }, tools);
  await nginx.stop();
  // The connections take memory in the first seconds; it must not grow afterwards.
  const [early, late] = [memories[Math.floor(memories.length / 4)], memories.at(-1)];
  const describeStatuses = ({ statuses }) => [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const rows = [
    ['added to a call, p50 / p99: nginx', more('nginx'), ''],
    ['added to a call, p50 / p99: gateway, `/proxy`', more('proxy'), '0.5 ms / 3 ms'],
    ['added to a call, p50 / p99: gateway, `/tools`', more('tools'), '0.5 ms / 3 ms'],
    [`${clients} clients for ${seconds} s through the gateway`, `${describeStatuses(through)}; p50 ${ms(through.p50)}, p99 ${ms(through.p99)}, ${through.perSecond.toFixed(0)} calls/s`, 'only 200 and 429'],
    ['its memory after a quarter, at the end', `${early.toFixed(0)} MB, ${late.toFixed(0)} MB`, 'flat'],
    [`${clients} clients for ${seconds} s through nginx`, `${describeStatuses(passed)}; p50 ${ms(passed.p50)}, p99 ${ms(passed.p99)}, ${passed.perSecond.toFixed(0)} calls/s`, ''],
  ];
  rows.push(...flooded.rows);
  const faults = [...flooded.faults];
  const others = [...through.statuses.keys()].filter((status) => status !== 200 && status !== 429);
  if (others.length > 0) faults.push(`A thousand clients got ${others.join(', ')}.`);
  if (late > early * 1.1 + 5) faults.push(`A thousand clients took ${late.toFixed(0)} MB at the end, and ${early.toFixed(0)} MB after a quarter of the time.`);
  return { rows, faults };
}
