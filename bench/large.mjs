// Compares the cost of a small and a large document: 500 and 20,000 operations.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SMALL = 500;
const LARGE = 20_000;
const IN_A_GROUP = 20;

/** Returns a document with this number of operations, each with parameters, a body and responses of its own. */
function document(operations) {
  const paths = {};
  const schemas = { Problem: { type: 'object', properties: { message: { type: 'string', description: 'What went wrong.' } } } };
  for (let index = 0; index < operations; index += 1) {
    const group = Math.floor(index / IN_A_GROUP);
    schemas[`Thing${index}`] = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', description: `The id of thing ${index}.` },
        owner: { type: 'string', format: 'email', description: 'Who it belongs to, by email address.' },
        labels: { type: 'array', items: { type: 'string', enum: ['red', 'green', 'blue'] } },
        parent: { $ref: `#/components/schemas/Thing${Math.max(0, index - 1)}` },
      },
    };
    paths[`/groups/${group}/things/{id}/parts/${index}`] = {
      post: {
        operationId: `changePart${index}`,
        summary: `Change part ${index}`,
        description: `Changes part ${index} of a thing, and tells what it is afterwards.`,
        tags: [`Group ${group}`],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'expand', in: 'query', schema: { type: 'array', items: { type: 'string' } }, description: 'What to include.' },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/Thing${index}` } } } },
        responses: {
          200: { description: 'Changed.', content: { 'application/json': { schema: { $ref: `#/components/schemas/Thing${index}` } } } },
          400: { description: 'Refused.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } },
        },
      },
    };
  }
  const text = JSON.stringify({ openapi: '3.1.0', info: { title: 'Many things', version: '1' }, servers: [{ url: 'https://api.example.com' }], paths, components: { schemas } });
  return text;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Returns the transferred bytes of a page. */
function bytesOf(port, path) {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path, headers: { 'accept-encoding': 'br' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => (bytes += chunk.length)).on('end', () => resolve(bytes)).on('error', reject);
    });
  });
}

async function measure(folder, operations, { start, request, timed }) {
  const text = document(operations);
  writeFileSync(join(folder, 'many.json'), text);
  writeFileSync(join(folder, 'explorer.toml'), '[[provider]]\nid = "many"\ndocument = "many.json"\n');
  const explorer = await start({ EXPLORER_CONFIG: join(folder, 'explorer.toml') });
  const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${explorer.pid}/status`, 'utf8'))?.[1]) / 1000;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = (path) => timed(() => request(agent, explorer.port, 'GET', path, undefined, { 'accept-encoding': 'br' }));
  const page = `/many/changePart${operations / 2}`;
  const [pages, searches] = [[], []];
  for (let run = 0; run < 300; run += 1) {
    pages.push(await get(page));
    searches.push(await get(`/search?q=${['change part', 'thing', 'ownr', 'nothing at all'][run % 4].replaceAll(' ', '+')}${run % 7}`));
  }
  const bytes = await bytesOf(explorer.port, page);
  agent.destroy();
  explorer.stop();
  return { size: text.length / 1e6, ready: explorer.ready, memory, bytes, page: median(pages.slice(50)), search: median(searches) };
}

/** Measures both documents. */
export async function largeDocuments(tools) {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-bench-'));
  try {
    return { small: await measure(folder, SMALL, tools), large: await measure(folder, LARGE, tools) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
