// Runs each program of a folder in this process, and writes what it sends: a line of JSON each.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

let sent;
globalThis.fetch = async (url, options) => {
  const headers = Object.fromEntries(new Headers(options.headers));
  sent = { method: options.method, url: String(url), headers, body: options.body ?? null };
  return new Response('{}', { status: 200 });
};
const print = console.log;
console.log = () => {};
console.warn = () => {};

const folder = process.argv[2];
for (const file of readdirSync(folder).filter((file) => file.endsWith('.mjs')).sort()) {
  const program = file.slice(0, -'.mjs'.length);
  sent = { error: 'it ended without sending anything' };
  try {
    await import(pathToFileURL(join(folder, file)));
    print(JSON.stringify({ program, ...sent }));
  } catch (error) {
    print(JSON.stringify({ program, error: String(error?.stack ?? error) }));
  }
}
