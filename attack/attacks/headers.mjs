// Attacks by pages that frame, embed or inject: every response must have the headers that prevent it.
import { json } from '../http.mjs';
import { HOST } from '../target.mjs';
import { each } from '../variants.mjs';

const paths = ['/', '/attacked', '/attacked/getUser', '/nobody/nothing', '/sign-in', '/favicon.svg', '/attacked/openapi.json', '/readyz'];

const hasHeaders = (expected) => async (target) =>
  each(paths, 'on every response', async (path) => {
    const { headers } = await target.send(path, { headers: { accept: 'text/html' } });
    const missing = Object.entries(expected).filter(([name, value]) => !value.test(headers[name] ?? ''));
    return missing.length === 0 ? 'on every response' : `not ${missing.map(([name]) => name)}`;
  });

const policy = async (target) =>
  (await target.send('/attacked/getUser', { headers: { accept: 'text/html' } })).headers['content-security-policy'];

export default [
  {
    item: 'headers',
    server: { env: { EXPLORER_HOSTS: HOST, EXPLORER_ACCESS: 'sign-in' }, more: '[access]\nreading = "open"' },
    attacks: [
      {
        title: 'a page is framed, or a response is taken for another type',
        expected: 'on every response',
        regression: true,
        run: hasHeaders({
          'x-content-type-options': /^nosniff$/,
          'x-frame-options': /^DENY$/,
          'content-security-policy': /frame-ancestors 'none'|sandbox/,
        }),
      },
      {
        title: 'another site embeds a response, or keeps a window of this one',
        expected: 'on every response',
        run: hasHeaders({ 'cross-origin-resource-policy': /^same-origin$/, 'cross-origin-opener-policy': /^same-origin$/ }),
      },
      {
        title: 'a script of a page turns text into HTML (Trusted Types)',
        expected: "require-trusted-types-for 'script'",
        run: async (target) => /require-trusted-types-for 'script'/.exec(await policy(target))?.[0] ?? 'not required',
      },
      {
        title: 'an injected script runs',
        expected: 'only scripts with the nonce of the response',
        regression: true,
        run: async (target) => {
          const policies = [await policy(target), await policy(target)];
          const nonces = policies.map((text) => /script-src[^;]*'nonce-([^']+)'/.exec(text)?.[1]);
          const isStrict = policies.every((text) => !/script-src[^;]*'unsafe-inline'|script-src[^;]* \*/.test(text));
          return isStrict && nonces[0] && nonces[0] !== nonces[1] ? 'only scripts with the nonce of the response' : policies[0];
        },
      },
      {
        title: 'a page of a server for others connects to another gateway',
        expected: "connect-src 'self'",
        run: async (target) => /connect-src [^;]*/.exec(await policy(target))?.[0],
      },
      {
        title: 'a later request to the public name is sent without TLS, or the header reaches loopback',
        expected: 'only under the public name',
        run: async (target) => {
          const header = async (headers) => (await target.send('/', { headers })).headers['strict-transport-security'] ?? 'none';
          const [named, plain, local] = [
            await header({ host: HOST, 'x-forwarded-proto': 'https' }),
            await header({ host: HOST, 'x-forwarded-proto': 'http' }),
            await header({}),
          ];
          return /^max-age=\d{8}/.test(named) && plain === 'none' && local === 'none'
            ? 'only under the public name'
            : `${named}, ${plain}, ${local}`;
        },
      },
      {
        title: 'a hostile argument of a page becomes a script',
        expected: 'escaped',
        regression: true,
        run: (target) =>
          each(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "';alert(1)//"], 'escaped', async (value) => {
            const found = [
              await target.send(`/?q=${encodeURIComponent(value)}`),
              await target.send(`/attacked/getUser?id=${encodeURIComponent(value)}`),
              await target.send('/api/snippet', json({ provider: value })),
            ];
            const isRaw = ({ text, headers }) =>
              headers['content-type']?.startsWith('text/html') && (text.includes('<script>alert(1)') || text.includes('<img src=x'));
            return found.some(isRaw) ? 'a script' : 'escaped';
          }),
      },
    ],
  },
];
