// Measures a catalog of many providers: start, memory, pages that nobody has opened before, and search.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROVIDERS = Number(process.env.BENCH_PROVIDERS ?? 2600);
/** Number of operations of each provider that are opened, at most. */
const OPENED = 5;
const WORDS = 'account address amount balance batch billing card charge client code contact country currency customer date device document email event file filter group history image invoice item label language limit list location member message method network note order owner page parent payment period phone plan policy price product project quota rate reason record region report request resource result role rule scope search secret service session setting source state status store subject task team template text ticket time title token total type unit update url user value version zone'.split(' ');
const VERBS = { get: 'Retrieve', post: 'Create', put: 'Replace', patch: 'Change', delete: 'Delete' };

/** Returns a generator of numbers from 0 to 1 that is the same in each run (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Returns a document with this number of operations. Each schema refers to two others. */
function document(title, operations, next) {
  const pick = () => WORDS[Math.floor(next() * WORDS.length)];
  const sentence = (words) => `${Array.from({ length: words }, pick).join(' ')}.`;
  const name = (index) => `Schema${index}`;
  const schemas = {};
  for (let index = 0; index < operations; index += 1) {
    const properties = {};
    for (let count = 0; count < 12; count += 1) properties[`${pick()}_${pick()}`] = { type: ['string', 'integer', 'boolean'][count % 3], description: sentence(14) };
    for (const key of ['first', 'second']) properties[key] = { $ref: `#/components/schemas/${name(Math.floor(next() * operations))}` };
    schemas[name(index)] = { type: 'object', description: sentence(20), properties };
  }
  const paths = {};
  for (let index = 0; index < operations; index += 1) {
    const method = Object.keys(VERBS)[index % 5];
    const [group, thing] = [pick(), pick()];
    const response = { description: sentence(5), content: { 'application/json': { schema: { $ref: `#/components/schemas/${name(index)}` } } } };
    paths[`/${group}/{id}/${thing}${index}`] = {
      [method]: {
        operationId: `operation${index}`,
        summary: `${VERBS[method]} ${thing} of ${group}`,
        description: sentence(60),
        tags: [group],
        parameters: [
          { name: 'id', in: 'path', required: true, description: sentence(10), schema: { type: 'string' } },
          { name: pick(), in: 'query', description: sentence(12), schema: { type: 'string', enum: [pick(), `${pick()}2`] } },
        ],
        ...(index % 5 > 0 && index % 5 < 4 && { requestBody: { content: response.content } }),
        responses: { 200: response, 400: { description: sentence(4) } },
      },
    };
  }
  return { openapi: '3.0.3', info: { title, version: '1', description: sentence(40) }, servers: [{ url: 'https://api.example.com' }], paths, components: { schemas } };
}

/** Returns a value as YAML, as most published documents are written. */
function yaml(value, indent = '') {
  if (Array.isArray(value)) return value.map((item) => `\n${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value === 'object') return Object.entries(value).map(([key, item]) => `\n${indent}${JSON.stringify(key)}: ${yaml(item, `${indent}  `)}`).join('');
  return JSON.stringify(value);
}

/** Writes the documents and the settings. The sizes are spread as those of published documents: most small, a few with thousands of operations. */
function write(folder) {
  const next = random(20);
  const sizes = [];
  let bytes = 0;
  let settings = '';
  for (let index = 0; index < PROVIDERS; index += 1) {
    const normal = Math.sqrt(-2 * Math.log(next() || 0.5)) * Math.cos(2 * Math.PI * next());
    const operations = Math.max(1, Math.min(3000, Math.round(14 * Math.exp(1.35 * normal))));
    const text = yaml(document(`${WORDS[index % WORDS.length]} ${index}`, operations, next)).trimStart();
    bytes += text.length;
    sizes.push(operations);
    writeFileSync(join(folder, 'documents', `${index}.yaml`), text);
    settings += `[[provider]]\nid = "p${index}"\ndocument = "documents/${index}.yaml"\n`;
  }
  writeFileSync(join(folder, 'explorer.toml'), settings);
  return { sizes, bytes };
}

const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;

/** Measures the catalog and returns rows of the table. */
export async function catalog({ start, request, timed, ms, percentile }) {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-catalog-'));
  try {
    mkdirSync(join(folder, 'documents'));
    const { sizes, bytes } = write(folder);
    const explorer = await start({ EXPLORER_CONFIG: join(folder, 'explorer.toml'), RUST_LOG: 'error' });
    const atStart = memoryOf(explorer.pid);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path) => timed(() => request(agent, explorer.port, 'GET', path, undefined, { 'accept-encoding': 'br' }));
    const [pages, searches] = [[], []];
    for (const [index, operations] of sizes.entries()) {
      for (let count = 0; count < Math.min(OPENED, operations); count += 1) {
        pages.push(await get(`/p${index}/operation${Math.floor((count * operations) / OPENED)}`));
      }
    }
    const next = random(7);
    for (let run = 0; run < 300; run += 1) {
      const [one, other] = [WORDS[Math.floor(next() * WORDS.length)], WORDS[Math.floor(next() * WORDS.length)]];
      searches.push(await get(`/search?q=retrieve+${one}+${other}`));
    }
    const atEnd = memoryOf(explorer.pid);
    agent.destroy();
    explorer.stop();
    const operations = sizes.reduce((sum, count) => sum + count, 0);
    return [
      [`start with ${PROVIDERS} documents, ${(bytes / 1e6).toFixed(0)} MB of YAML, ${operations} operations`, `${ms(explorer.ready)}, ${atStart.toFixed(0)} MB of memory`, '10 s, 600 MB'],
      [`memory after ${pages.length} of their pages`, `${atEnd.toFixed(0)} MB`, '600 MB'],
      ['page that nobody has opened before, p50 / p99', `${ms(percentile(pages, 50))} / ${ms(percentile(pages, 99))}`, 'p99 25 ms'],
      [`search in ${operations} operations, page included, p50 / p99`, `${ms(percentile(searches, 50))} / ${ms(percentile(searches, 99))}`, '100,000: 20 ms'],
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
