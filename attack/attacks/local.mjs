// Attacks of others, whose requests reach a server on loopback, through a proxy or a page of another site.
import { describe, json, sendRaw } from '../http.mjs';
import { each } from '../variants.mjs';

const REFUSED = '403 forbidden, nothing sent';

const signs = [
  ['x-forwarded-for', '192.0.2.1'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-host', '127.0.0.1:3000'],
  ['x-forwarded-port', '443'],
  ['x-forwarded-server', 'proxy'],
  ['x-real-ip', '192.0.2.1'],
  ['forwarded', 'for=192.0.2.1'],
  ['via', '1.1 proxy.example.com'],
  ['cf-connecting-ip', '192.0.2.1'],
  ['true-client-ip', '192.0.2.1'],
  ['x-client-ip', '192.0.2.1'],
];
const origins = [
  ['origin', 'https://explorer.example.com'],
  ['origin', 'null'],
  ['origin', 'http://127.0.0.1:1'],
];
const hosts = [
  ['host', 'explorer.example.com'],
  ['host', '127.0.0.1.evil.example'],
  ['host', 'localhost.evil.example:80'],
  ['host', '127.0.0.1:80@evil.example'],
  ['host', '0.0.0.0'],
];

const results = async (target, [name, value]) => {
  const headers = { [name]: value };
  const seen = new Set();
  const sent = await target.upstream.during(async () => {
    seen.add(describe(await target.call('listThings', {}, {}, headers)));
    seen.add(describe(await target.post('/api/call', { provider: 'attacked', operation: 'listThings', arguments: {} }, headers)));
    seen.add(describe(await target.proxy('/things', { headers })));
    for (const path of ['/admin/audit.jsonl', '/attacked/openapi.json']) seen.add(describe(await target.send(path, { headers })));
  });
  return `${[...seen].join(' or ')}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
};

const administrationResults = async (target, headers = {}) => {
  const switching = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: 'subject=credential%3Aattacked&to=off',
  };
  const responses = [
    await target.send('/admin', { headers }),
    await target.send('/admin/audit.jsonl', { headers }),
    await target.send('/admin/switch', switching),
  ];
  const statuses = new Set(responses.map(({ status }) => status));
  return [...statuses].join(' or ');
};

export default [
  {
    item: 'loopback behind a proxy',
    server: {},
    attacks: [
      {
        title: 'a user of the machine is refused',
        expected: '200',
        regression: true,
        run: async (target) => describe(await target.call('listThings')),
      },
      {
        title: 'a request that a proxy forwards (each header) is taken for one of a local user',
        expected: REFUSED,
        run: (target) => each(signs, REFUSED, (sign) => results(target, sign)),
      },
      {
        title: 'a page of another site is taken for a local user',
        expected: REFUSED,
        run: (target) => each(origins, REFUSED, (origin) => results(target, origin)),
      },
      {
        title: 'another host name (DNS rebinding) is accepted',
        expected: REFUSED,
        regression: true,
        run: (target) => each(hosts, REFUSED, (host) => results(target, host)),
      },
      {
        title: "nginx's default settings (HTTP/1.0, the server's own Host) make others local",
        expected: '403, nothing sent',
        run: async (target) => {
          const { body } = json({ args: {} });
          let status;
          const sent = await target.upstream.during(async () => {
            const { host } = new URL(target.origin);
            const received = await sendRaw(
              target.origin,
              `POST /tools/attacked/listThings HTTP/1.0\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
            );
            status = received.split(' ')[1];
          });
          return `${status}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
        },
      },
      {
        title: "another user of the machine administers without the terminal's link",
        expected: '403',
        run: (target) => administrationResults(target),
      },
      {
        title: 'an invented link signs in the administrator',
        expected: 'refused',
        regression: true,
        run: (target) =>
          each(['', '?token=', '?token=1', '?token=%00', `?token=${'A'.repeat(43)}`], 'refused', async (query) => {
            const { status, cookie } = await target.send(`/sign-in/link${query}`);
            return status >= 400 && !cookie ? 'refused' : `${status} ${cookie}`;
          }),
      },
    ],
  },
  {
    item: 'loopback behind a proxy',
    server: { terminal: true },
    attacks: [
      {
        title: "the terminal's link administers through a proxy, or after a restart",
        expected: '200, through a proxy 403, after a restart 403',
        run: async (target) => {
          const find = () => /\/sign-in\/link\?token=[\w-]+/.exec(target.log)?.[0];
          // The terminal shows the link soon after the server is ready.
          for (let attempts = 0; !find() && attempts < 100; attempts += 1) await new Promise((resolve) => setTimeout(resolve, 20));
          const link = find();
          if (!link) return 'no link';
          const { cookie } = await target.send(link);
          const admin = async (headers = {}) => (await target.send('/admin', { headers: { cookie, ...headers } })).status;
          const [signedIn, forwarded] = [await admin(), await admin({ 'x-forwarded-for': '192.0.2.1' })];
          await target.restart();
          const again = (await target.send(link)).status;
          return `${signedIn}, through a proxy ${forwarded}, after a restart ${again === 403 ? await admin() : again}`;
        },
      },
    ],
  },
];
