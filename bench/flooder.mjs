// Floods an explorer from one network until it is stopped, then prints the number of responses by status.
//
//   node bench/flooder.mjs PORT HOST ADDRESS
import http from 'node:http';
import { setPriority } from 'node:os';

const [port, host, localAddress] = process.argv.slice(2);
const connections = 200;
const unfinishedBodies = 200;

// The attacker's computer is another one, so its work should not slow down the server.
setPriority(19);

const requests = [
  ['GET', '/stytch/apiUserV1Create', undefined, {}],
  ['POST', '/tools/stytch/apiUserV1Create', '{"email": "flood@example.com"}', { 'content-type': 'application/json' }],
  ['POST', '/sign-in', 'token=aex_00000000_invented', { 'content-type': 'application/x-www-form-urlencoded' }],
];
const statuses = new Map();

function send(agent, [method, path, body, headers]) {
  return new Promise((resolve) => {
    const options = { agent, host: '127.0.0.1', port, localAddress, method, path, headers: { host, ...headers } };
    const request = http.request(options, (response) => response.resume().on('end', () => resolve(response.statusCode)).on('error', (error) => resolve(error.code)));
    request.on('error', (error) => resolve(error.code)).end(body);
  });
}

async function connection(index) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let count = index; ; count += 1) {
    const status = await send(agent, requests[count % requests.length]);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

/** Sends the beginning of a body, again and again. */
function sendUnfinishedBody() {
  const headers = { host, 'content-type': 'application/json', 'content-length': 1_600_000 };
  const request = http.request({ host: '127.0.0.1', port, localAddress, method: 'POST', path: '/tools/stytch/apiUserV1Create', headers });
  request.on('response', (response) => response.resume()).on('error', () => {}).on('close', () => setTimeout(sendUnfinishedBody, 100));
  request.write(`{"email": "${'x'.repeat(1_000_000)}`);
}

process.on('SIGTERM', () => {
  console.log(JSON.stringify([...statuses]));
  process.exit();
});
for (let index = 0; index < connections; index += 1) void connection(index);
for (let index = 0; index < unfinishedBodies; index += 1) sendUnfinishedBody();
