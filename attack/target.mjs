// An explorer under attack, with a store, a document and an upstream of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { document } from './document.mjs';
import { form, json, send } from './http.mjs';
import { startUpstream } from './upstream.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = [process.env.EXPLORER_PROGRAM, 'target/quick/api-explorer', 'target/release/api-explorer'];
const program = programs
  .filter(Boolean)
  .map((path) => resolve(root, path))
  .find(existsSync);

/** The operator's credential. */
export const OPERATOR_KEY = 'operators-key-0123456789';
/** A host name of servers that other machines can reach. */
export const HOST = 'explorer.example.com';
/** The settings of servers that everybody, or only signed-in users may use. */
export const PUBLIC = { EXPLORER_ACCESS: 'public', EXPLORER_HOSTS: HOST };
export const SIGN_IN = { EXPLORER_ACCESS: 'sign-in', EXPLORER_HOSTS: HOST };

/** Thrown by an attack that cannot be made on this machine. */
export class Skipped extends Error {}

/** Returns the number of a port that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const tomlOf = ({ provider = '', policy = 'deny = ["listUsers", "getMe", "getKeys"]', more = '' }, upstream) => `[[provider]]
id = "attacked"
document = "document.json"
base_url = "${upstream}"
${provider}
[provider.policy]
${policy}
[provider.credential]
scheme = "key"
key = "env:ATTACKED_KEY"
hosts = ["127.0.0.1"]
${more}
`;

/**
 * Starts an explorer and its upstream. `env` has variables; `title`, `servers` and `paths` are parts of the document; `provider`, `policy` and `more`
 * are lines of `explorer.toml`; `terminal` starts it on a terminal. `prepare` may change the target before
 * the explorer starts, and `ready` afterwards.
 */
export async function startTarget({ prepare, ready, ...options } = {}) {
  if (!program) throw new Error('there is no program to attack: run `make serve` once, or set EXPLORER_PROGRAM');
  const folder = mkdtempSync(join(tmpdir(), 'api-explorer-attack-'));
  const upstream = await startUpstream();
  const target = { folder, upstream, log: '', store: join(folder, 'explorer.db'), options, stopping: [upstream.stop] };
  let child;

  const variables = () => ({
    PATH: process.env.PATH,
    ATTACKED_KEY: OPERATOR_KEY,
    EXPLORER_CONFIG: join(folder, 'explorer.toml'),
    DATABASE_URL: `sqlite:${target.store}`,
    // Where the program finds the site's files, if it does not contain them.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('LEPTOS_'))),
    ...target.options.env,
  });

  /** Changes options, and writes the document and the settings file. */
  target.configure = (changes = {}) => {
    Object.assign(target.options, changes);
    writeFileSync(join(folder, 'document.json'), JSON.stringify(document(upstream.url, target.options)));
    writeFileSync(join(folder, 'explorer.toml'), tomlOf(target.options, upstream.url));
  };

  target.start = async () => {
    const port = await freePort();
    target.origin = `http://127.0.0.1:${port}`;
    // The limits are those of a machine that writes core dumps. `script` connects a program to a terminal.
    const command = 'ulimit -S -c "$(ulimit -H -c)"; exec "$0"';
    const [name, ...args] = target.options.terminal ? ['script', '-qfec', program, '/dev/null'] : ['sh', '-c', command, program];
    const env = { ...variables(), LEPTOS_SITE_ADDR: `127.0.0.1:${port}` };
    child = spawn(name, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    target.pid = child.pid;
    for (const output of [child.stdout, child.stderr]) output.on('data', (data) => (target.log += data));
    for (;;) {
      const response = await send(target.origin, '/readyz').catch(() => undefined);
      if (response?.status === 200) return;
      if (child.exitCode !== null) throw new Error(`the explorer did not start: ${target.log.slice(-500)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  /** Ends the explorer, which finishes what it does, unless it is killed. */
  target.end = async (signal = 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };

  /** Starts the explorer again with other options, over the same store. */
  target.restart = async (changes = {}) => {
    await target.end();
    target.configure(changes);
    await target.start();
  };

  target.stop = async () => {
    await target.end('SIGKILL');
    for (const stop of target.stopping) stop();
    rmSync(folder, { recursive: true, force: true });
  };

  /** Runs a command of the program, and returns its exit status and both outputs. */
  target.command = (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: root, env: variables() }, (error, stdout, stderr) =>
        resolve({ status: error ? (error.code ?? 1) : 0, output: stdout + stderr }),
      );
    });

  /** Returns lines of `explorer.toml`, or nothing if the program is an older one that does not know their table. */
  target.ifKnown = async (lines) => ((await target.command('--help', 'config')).output.includes(`[${/\w+/.exec(lines)[0]}]`) ? lines : '');

  /** Returns a new access token. */
  target.token = async (...options) => {
    const { output } = await target.command('token', 'create', '--name', 'attacker', ...options);
    const token = /aex_[\w-]+/.exec(output)?.[0];
    if (!token) throw new Error(output);
    return token;
  };

  target.send = (path, options) => send(target.origin, path, options);
  target.post = (path, message, headers, more = {}) => target.send(path, { ...json(message, headers), ...more });
  target.form = (path, fields, headers) => target.send(path, form(fields, headers));
  target.call = (name, args = {}, message = {}, headers = {}, more = {}) =>
    target.post(`/tools/attacked/${name}`, { args, ...message }, headers, more);
  target.proxy = (path, options) => target.send(`/proxy/attacked${path}`, options);

  /** Saves a key of the caller's own, and returns the response with the cookie of its session. */
  target.save = (values = { 'key/key': 'callers-key-0123456789' }, headers = {}, more = {}) =>
    target.post('/api/credential/save', { provider: 'attacked', values }, headers, more);

  try {
    await prepare?.(target);
    target.configure();
    await target.start();
    await ready?.(target);
  } catch (error) {
    await target.stop();
    throw error;
  }
  return target;
}
