// Requests that are sent exactly as given: no URL is normalized, headers may occur twice, and the sender's address can be chosen.
import http from 'node:http';
import net from 'node:net';

const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });

/**
 * Sends a request. `headers` may have lists as values, and `from` is an address of this machine, such as 127.0.0.2.
 * Returns `{ status, code, rule, headers, json, text, bytes, cookie }`.
 */
export function send(origin, path, { method = 'GET', headers = {}, body, from } = {}) {
  const { hostname, port } = new URL(origin);
  // One agent keeps connections apart by address.
  const options = { agent, hostname, port, method, path, headers, ...(from && { localAddress: from }) };
  return new Promise((resolve, reject) => {
    const request = http.request(options, async (response) => {
      const chunks = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
      } catch (error) {
        reject(error);
        return;
      }
      resolve(read(response, Buffer.concat(chunks)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function read(response, bytes) {
  const text = bytes.toString();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  // A cookie that is removed is set to an empty value.
  const cookie = response.headers['set-cookie']?.map((text) => text.split(';')[0]).find((text) => !text.endsWith('='));
  return {
    status: response.statusCode,
    code: json?.code,
    rule: json?.rule,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    json,
    text,
    bytes,
    cookie,
  };
}

/** Sends text over a connection of its own, and returns everything that is received until it is closed or one second passes. */
export function sendRaw(origin, text) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = net.connect({ host: hostname, port }, () => socket.write(text));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (data) => (received += data));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

/** Describes a response in a word or two. */
export const describe = ({ status, code }) => (code ? `${status} ${code}` : String(status));

/** Sends JSON. */
export const json = (value, headers = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** Sends a form as a page of this origin does. */
export const form = (fields, headers = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
});
