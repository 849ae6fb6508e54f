// A fake provider that misbehaves on request, and records the requests that it receives.
//
// `GET /v1/users/{behaviour}.{anything}` behaves as its name says; all other calls succeed.
// `POST /v1/passwords/authenticate` returns a session to everyone, which `POST /v1/sessions/authenticate` accepts.
// `GET /recorded/{user id}` returns the requests for a user.
// `GET /streams/{name}` responds with a stream of events, which the specs control: `POST /streams/{name}` sends its body as a part of
// the stream, `DELETE` ends the stream, and `HEAD` responds as soon as the client has closed it.
// `POST /tools/…` responds like a server that is not a gateway, to pages of any origin.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goString } from './secrets.ts';

/** A request as received. */
export interface Recorded {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The large body, and its digest. */
export const LARGE = largeBody(5_000_000);
export const LARGE_SHA256 = createHash('sha256').update(LARGE).digest('hex');

/** The token of the only session. */
export const SESSION_TOKEN = 'mZAYn5aLEqKUlZ_Ad9U_fWr38GaAQ1oFAhT8ds245v7Q';

/** A PNG file of one pixel. */
export const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** The first bytes of a PNG file; no UTF-8 text starts with them. */
export const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** Number of responses of the behaviour `people`. */
let count = 0;

const BEHAVIOURS: Record<string, Behaviour> = {
  unauthorized: refuse(401, 'unauthorized_credentials', 'Unauthorized credentials.'),
  unknown: refuse(404, 'user_not_found', 'User could not be found.'),
  hurried: (response, request) => {
    response.setHeader('retry-after', '75');
    refuse(429, 'too_many_requests', 'Too many requests have been made.')(response, request);
  },
  broken: (response) => send(response, 500, 'text/html', '<!doctype html><h1 id="upstream">It broke</h1><script>document.title = "taken over"</script>'),
  slow: () => {},
  empty: (response) => response.writeHead(204).end(),
  binary: (response) => send(response, 200, 'image/png', PNG),
  text: (response) => send(response, 200, 'text/plain; charset=utf-8', 'Plain words, <b>not markup</b>, ünïcödé 😀.'),
  latin: (response) => send(response, 200, 'text/plain; charset=iso-8859-1', Buffer.from('Größe', 'latin1')),
  table: (response) => send(response, 200, 'text/csv', 'name,ort\n"Ä, <b>B</b>",Köln\n'),
  xml: (response) => send(response, 200, 'application/xml', '<?xml version="1.0"?><a><b x="1">two</b></a>'),
  vector: (response) => send(response, 200, 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" id="drawn"><script>document.title = "taken over"</script></svg>'),
  pixel: (response) => send(response, 200, 'image/png', PIXEL),
  archive: (response) => {
    response.setHeader('content-disposition', "attachment; filename*=UTF-8''%C3%9Cbersicht.zip");
    send(response, 200, 'application/zip', Buffer.from('504b0506ff', 'hex'));
  },
  problem: (response) => send(response, 422, 'application/problem+json', JSON.stringify({ title: 'No good', detail: 'The age is negative.', errors: [{ pointer: '#/age', detail: 'Must be positive.' }] })),
  large: (response) => send(response, 200, 'application/json', LARGE),
  'too-large': (response) => send(response, 200, 'application/json', largeBody(10_500_000)),
  redirect: (response, request) => {
    response.writeHead(302, { location: `/v1/users/followed.${request.url?.split('.').at(-1)}` }).end();
  },
  'invalid-json': (response) => send(response, 200, 'application/json', '{"status_code": 200, "cut": '),
  folds: (response) => json(response, 200, { items: Array.from({ length: 100 }, (_, index) => `item ${index}`), small: { inside: 'seen at once' } }),
  many: (response) => json(response, 200, { first: 'the beginning', items: Array.from({ length: 5_000 }, (_, index) => `item ${index}`), last: 'the end' }),
  people: (response) => json(response, 200, { count: ++count, people: Array.from({ length: 25 }, (_, id) => ({ id, name: `Person ${id}`, home: { city: id % 2 ? 'Oslo' : 'Köln' } })) }),
  echo: (response, request) => {
    const pair = decoded(request);
    response.setHeader('x-echo', request.headers.authorization ?? '');
    response.setHeader('x-echo-pair', pair);
    response.setHeader('set-cookie', `pair=${encodeURIComponent(pair)}`);
    json(response, 200, { headers: request.headers, pair, again: Buffer.from(`..${pair}`).toString('base64') });
  },
  'echo-go': (response, request) => send(response, 401, 'application/json', `{"error_message": "No such pair: ${goString(decoded(request))}"}`),
  'echo-url': (response, request) => json(response, 200, { component: encodeURIComponent(decoded(request)), field: String(new URLSearchParams({ pair: decoded(request) })) }),
  'echo-html': (response, request) => send(response, 403, 'text/html', `<p>${decoded(request).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`),
  'echo-binary': (response, request) => send(response, 200, 'image/png', Buffer.concat([PNG, Buffer.from(decoded(request))])),
};

/** The streams that are open, by name. */
const streams = new Map<string, ServerResponse>();

/** Opens a stream, or controls one. */
function serveStream(name: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const stream = streams.get(name);
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    streams.set(name, response);
    return;
  }
  if (!stream) {
    response.writeHead(404).end();
    return;
  }
  if (request.method === 'HEAD') {
    if (stream.closed) response.end();
    else stream.once('close', () => response.end());
    return;
  }
  if (request.method === 'DELETE') stream.end(() => response.end());
  else stream.write(body, () => response.end());
}

/** Starts the upstream on a free port. */
export async function startUpstream(): Promise<{ address: string; server: Server }> {
  const requests: Recorded[] = [];
  const server = createServer(listener(requests));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function listener(requests: Recorded[]): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '/';
      if (path.startsWith('/recorded/')) {
        const user = path.slice('/recorded/'.length);
        json(response, 200, requests.filter((recorded) => recorded.path.split(/[/?]/).includes(user)));
        return;
      }
      if (path.startsWith('/streams/')) {
        serveStream(path.slice('/streams/'.length), request, response, Buffer.concat(chunks));
        return;
      }
      if (path.startsWith('/tools/')) {
        const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
        response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{"hello": "This is not a gateway"}');
        return;
      }
      requests.push({
        method: request.method ?? '',
        path,
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        body: Buffer.concat(chunks).toString(),
      });
      if (path === '/v1/passwords/authenticate') {
        json(response, 200, { status_code: 200, user_id: 'user-test-1', session_token: SESSION_TOKEN, method_type: 'password' });
        return;
      }
      if (path === '/v1/sessions/authenticate') {
        const { session_token: token } = JSON.parse(Buffer.concat(chunks).toString()) as { session_token: string };
        if (token === SESSION_TOKEN) json(response, 200, { status_code: 200, user_id: 'user-test-1', session_token: token });
        else refuse(404, 'session_not_found', 'Session could not be found.')(response, request);
        return;
      }
      if (path === '/v1/users/search') {
        const { cursor } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { cursor?: string };
        json(response, 200, { status_code: 200, results: [], results_metadata: { next_cursor: cursor ? null : 'page-2' } });
        return;
      }
      const name = /^\/v1\/users\/([a-z-]+)\./.exec(path)?.[1] ?? '';
      const behave = BEHAVIOURS[name] ?? ((serverResponse: ServerResponse) => json(serverResponse, 200, { status_code: 200, request_id: 'upstream-1' }));
      behave(response, request);
    });
  };
}

function refuse(status: number, kind: string, message: string): Behaviour {
  return (response) =>
    json(response, status, {
      status_code: status,
      request_id: `request-id-test-${status}`,
      error_type: kind,
      error_message: message,
      error_url: `https://stytch.com/docs/api/errors/${status}`,
    });
}

function decoded(request: IncomingMessage): string {
  return Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
}

function json(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'x-upstream': 'double' }).end(body);
}

/** Returns a JSON document of exactly this number of bytes, with multi-byte characters. */
function largeBody(bytes: number): Buffer {
  const [start, end] = [Buffer.from('{"first":"the beginning","items":["'), Buffer.from('"],"last":"the end"}')];
  const line = 'é 0123456789","';
  const middle = Buffer.alloc(bytes - start.length - end.length, 'x');
  const lines = Buffer.from(line.repeat(Math.floor(middle.length / Buffer.byteLength(line))));
  lines.copy(middle);
  return Buffer.concat([start, middle, end]);
}
