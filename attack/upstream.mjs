// The provider under attack, or the attacking one: it records the requests that it receives and responds as an attack says.
import { once } from 'node:events';
import http from 'node:http';

/** Starts an upstream. `respond` is set by an attack; it returns `{ status, headers, body }`. */
export async function startUpstream() {
  const upstream = { requests: [], respond: echo };
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const received = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks).toString(),
    };
    upstream.requests.push(received);
    const { status = 200, headers = { 'content-type': 'application/json' }, body = '{}' } = await upstream.respond(received);
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstream.url = `http://127.0.0.1:${server.address().port}`;
  upstream.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  /** Returns the URLs of the requests that an action causes. */
  upstream.during = async (action) => {
    const before = upstream.requests.length;
    await action();
    return upstream.requests.slice(before);
  };
  return upstream;
}

const echo = ({ method }) => ({ body: JSON.stringify({ method }) });
