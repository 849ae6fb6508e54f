// Attacks on the budget of a server that everybody may use: three calls a day for each network.
import { HOST, PUBLIC } from '../target.mjs';
import { describe } from '../http.mjs';

const DAILY = 3;
const policy = `rate = "1000/s"\ndaily = ${DAILY}\ndaily_total = 100`;
/** The proxy that the server trusts. Other addresses of this machine are not trusted. */
const PROXY = '127.0.0.9';
const server = { env: PUBLIC, policy, more: `[access]\nproxies = ["${PROXY}"]` };

/** Makes calls, and returns how many of them were sent. `sender(number)` returns the headers and the address of each. */
async function sentOf(target, calls, sender) {
  const sent = await target.upstream.during(async () => {
    for (let number = 0; number < calls; number += 1) {
      const { headers, from } = await sender(number);
      await target.call('listThings', {}, {}, { host: HOST, ...headers }, { from });
    }
  });
  return `${sent.length} of ${calls} sent`;
}

/** Returns the cookie of a new session that has no credential of its own. */
async function newSession(target, from) {
  const headers = { host: HOST };
  const { cookie } = await target.save(undefined, headers, { from });
  await target.post('/api/credential/clear', { provider: 'attacked' }, { ...headers, cookie }, { from });
  return cookie;
}

const forwarded = (address) => ({ headers: { 'x-forwarded-for': address }, from: PROXY });

export default [
  {
    item: 'budgets per network',
    server,
    attacks: [
      {
        title: 'a new session is a new budget',
        expected: `${DAILY} of 10 sent`,
        run: (target) =>
          sentOf(target, 10, async () => ({ headers: { cookie: await newSession(target, '127.0.0.2') }, from: '127.0.0.2' })),
      },
      {
        title: 'a session that moves to other networks gets their budgets',
        expected: `${DAILY} of 10 sent`,
        regression: true,
        run: async (target) => {
          const cookie = await newSession(target, '127.0.1.1');
          return sentOf(target, 10, (number) => ({ headers: { cookie }, from: `127.0.1.${number + 1}` }));
        },
      },
      {
        title: 'an X-Forwarded-For of an untrusted peer is a new network',
        expected: `${DAILY} of 10 sent`,
        regression: true,
        run: (target) =>
          sentOf(target, 10, (number) => ({
            headers: { 'x-forwarded-for': `192.0.2.${number}`, 'x-real-ip': `192.0.2.${number}`, forwarded: `for=192.0.2.${number}` },
            from: '127.0.0.3',
          })),
      },
      {
        title: 'an entry that the client adds to X-Forwarded-For is a new network',
        expected: `${DAILY} of 10 sent`,
        regression: true,
        run: (target) => sentOf(target, 10, (number) => forwarded(`192.0.2.${number}, 203.0.113.1`)),
      },
      {
        title: 'addresses of one IPv6 /64 have a budget each',
        expected: `${DAILY} of 10 sent`,
        regression: true,
        run: (target) => sentOf(target, 10, (number) => forwarded(`2001:db8::${number + 1}`)),
      },
      {
        title: 'an IPv4 address written as IPv6 is another network',
        expected: `${DAILY} of 6 sent`,
        regression: true,
        run: (target) => sentOf(target, 6, (number) => forwarded(number % 2 ? '203.0.113.77' : '::ffff:203.0.113.77')),
      },
      {
        title: 'IPv6 sessions and networks together exceed one budget',
        expected: `${DAILY} of 10 sent`,
        run: async (target) =>
          sentOf(target, 10, async (number) => {
            const { cookie } = await target.save(undefined, { host: HOST, 'x-forwarded-for': '2001:db8:7::1' }, { from: PROXY });
            await target.post('/api/credential/clear', { provider: 'attacked' }, { host: HOST, cookie }, { from: PROXY });
            return { headers: { cookie, 'x-forwarded-for': `2001:db8:7::${number + 1}` }, from: PROXY };
          }),
      },
      {
        title: 'a network that spent its budget calls without a session, or spends that of others',
        expected: '429 budget_spent, then 200',
        run: async (target) => {
          const call = async (from) => describe(await target.call('listThings', {}, {}, { host: HOST }, { from }));
          await sentOf(target, DAILY, async () => ({ headers: { cookie: await newSession(target, '127.0.0.6') }, from: '127.0.0.6' }));
          return `${await call('127.0.0.6')}, then ${await call('127.0.0.4')}`;
        },
      },
      {
        title: 'public access starts without a limit of all callers together',
        expected: 'refused, names daily_total',
        run: async (target) => {
          target.configure({ policy: 'rate = "10/min"\ndaily = 100' });
          const { status, output } = await target.command('check');
          return status !== 0 && output.includes('daily_total') ? 'refused, names daily_total' : `${status}: ${output}`;
        },
      },
    ],
  },
];
