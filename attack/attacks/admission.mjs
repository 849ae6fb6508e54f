// Attacks by floods of one network or caller, while others are served. The limits do not depend on the speed of the machine.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { describe, form } from '../http.mjs';
import { startIdentityProvider } from '../identity_provider.mjs';
import { HOST, PUBLIC, SIGN_IN } from '../target.mjs';
import { count } from '../variants.mjs';

const ORIGIN = `https://${HOST}`;
const OTHER = '127.0.2.2';
const LIMITS = '[limits]\nsessions = "20/day"\nsign_ins = "20/day"\ndiscoveries = "20/day"\nrequests = "10000/s"\n';
const policy = 'rate = "10000/s"\ndaily = 100000\ndaily_total = 1000000';

/** Describes responses to a flood: those beyond the limit must name it and the time of the next attempt. */
const named =
  (limit) =>
  ({ status, rule, text, headers }) => {
    if (status !== 429) return 'admitted';
    if (!headers['retry-after']) return '429 without Retry-After';
    return rule?.includes(limit) || text.includes(limit) ? `429 ${limit}` : `429 ${rule}`;
  };
const bounded = (results, limit, most) => {
  const refused = results[`429 ${limit}`] ?? 0;
  const others = Object.keys(results).filter((name) => name !== 'admitted' && name !== `429 ${limit}`);
  return others.length === 0 && refused > 0 && (results.admitted ?? 0) <= most ? `429 ${limit}` : JSON.stringify(results);
};
const page = (target, from) => target.send('/attacked', { headers: { host: HOST }, from });

/** Sends the beginnings of bodies, of 0.9 MB each, and returns the connections. */
function beginBodies(target, bodies) {
  const { hostname, port } = new URL(target.origin);
  const part = Buffer.alloc(900_000, ' ');
  return Array.from({ length: bodies }, () => {
    const socket = net.connect({ host: hostname, port, localAddress: '127.0.2.5' });
    socket.on('error', () => undefined);
    socket.write(
      `POST /tools/attacked/createThing HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${part.length.toString(16)}\r\n`,
    );
    socket.write(part);
    return socket;
  });
}

/** Returns the largest memory that the explorer had so far, in megabytes, once it grows no more. */
async function peakMemory({ pid }) {
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  for (let before = 0, now = peak(); ; before = now, now = peak()) {
    if (now - before < 1) return now;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

export default [
  {
    item: 'admission',
    server: {
      env: PUBLIC,
      policy,
      prepare: async (target) => {
        target.options.more = await target.ifKnown('[limits]\nrequests = "100/day"\n');
      },
    },
    attacks: [
      {
        title: 'a flood of requests of one network is served',
        expected: '429 limits.requests, others 200',
        run: async (target) => {
          const results = await count(300, 30, async () =>
            named('limits.requests')(
              await target.send('/no/such', { headers: { host: HOST, accept: 'application/json' }, from: '127.0.2.1' }),
            ),
          );
          return `${bounded(results, 'limits.requests', 100)}, others ${(await page(target, OTHER)).status}`;
        },
      },
    ],
  },
  {
    item: 'admission',
    server: {
      env: PUBLIC,
      policy,
      prepare: async (target) => {
        target.options.more = await target.ifKnown(LIMITS);
      },
    },
    attacks: [
      {
        title: 'one network creates sessions without limit',
        expected: '429 limits.sessions, others 200',
        run: async (target) => {
          const results = await count(60, 4, async () =>
            named('limits.sessions')(await target.save(undefined, { host: HOST }, { from: '127.0.2.3' })),
          );
          const other = await target.save(undefined, { host: HOST }, { from: OTHER });
          return `${bounded(results, 'limits.sessions', 20)}, others ${other.status}`;
        },
      },
      {
        title: '400 unfinished bodies of one network fill the memory',
        expected: 'less than 150 MB more, others 200',
        run: async (target) => {
          const before = await peakMemory(target);
          const sockets = beginBodies(target, 400);
          await new Promise((resolve) => setTimeout(resolve, 1000));
          const grown = (await peakMemory(target)) - before;
          const other = await target.call('createThing', { text: 'x'.repeat(500_000) }, {}, { host: HOST }, { from: OTHER });
          for (const socket of sockets) socket.destroy();
          return `${grown < 150 ? 'less than 150' : Math.round(grown)} MB more, others ${describe(other)}`;
        },
      },
    ],
  },
  {
    item: 'admission',
    server: {
      env: SIGN_IN,
      prepare: async (target) => {
        target.provider = await startIdentityProvider(target);
        target.options.env = { ...SIGN_IN, ...target.provider.variables };
        target.options.more = target.provider.settings() + (await target.ifKnown(LIMITS));
      },
    },
    attacks: [
      {
        title: 'one network guesses access tokens without limit',
        expected: '429 limits.sign_ins, others 401',
        run: async (target) => {
          const guess = (from) =>
            target.send('/sign-in', { ...form({ token: 'aex_guess', next: '/' }, { host: HOST, origin: ORIGIN }), from });
          const results = await count(60, 4, async () => named('limits.sign_ins')(await guess('127.0.2.1')));
          return `${bounded(results, 'limits.sign_ins', 20)}, others ${(await guess(OTHER)).status}`;
        },
      },
      {
        title: 'one network makes the server flood the identity provider',
        expected: '429 limits.discoveries, others 303',
        run: async (target) => {
          const begin = (from) => target.send('/auth/begin', { headers: { host: HOST }, from });
          const results = await count(60, 4, async () => named('limits.discoveries')(await begin('127.0.2.3')));
          return `${bounded(results, 'limits.discoveries', 20)}, others ${(await begin(OTHER)).status}`;
        },
      },
      {
        title: 'one caller takes all slots for calls',
        expected: '429 limits.calls, others 200',
        run: async (target) => {
          const [flood, other] = [await target.token(), await target.token()];
          let release;
          const released = new Promise((resolve) => (release = resolve));
          target.upstream.respond = async ({ body }) => (body.includes('slow') ? released.then(() => ({})) : {});
          const call = (token, text, from) =>
            target.call('createThing', { text }, {}, { host: HOST, authorization: `Bearer ${token}` }, { from });
          const slow = Array.from({ length: 80 }, () => call(flood, 'slow', '127.0.2.5'));
          const first = await Promise.race(slow);
          const others = await call(other, 'fast', OTHER);
          release();
          const results = {};
          for (const response of await Promise.all(slow)) {
            const result = named('limits.calls')(response);
            results[result] = (results[result] ?? 0) + 1;
          }
          return `${first.status === 429 ? bounded(results, 'limits.calls', 48) : describe(first)}, others ${describe(others)}`;
        },
      },
    ],
  },
];
