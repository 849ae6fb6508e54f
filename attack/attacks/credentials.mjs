// Credentials of every legal form reach the provider as they are, so that nobody needs to weaken them, and rejected ones cost one retry.
import { describe } from '../http.mjs';
import { each } from '../variants.mjs';

const legal = [
  [
    'useBasic',
    { 'basic/username': 'Zoë van Dam', 'basic/password': 'a b: ü' },
    'authorization',
    `Basic ${Buffer.from('Zoë van Dam:a b: ü').toString('base64')}`,
  ],
  ['listThings', { 'key/key': 'k7' }, 'x-api-key', 'k7'],
  ['listThings', { 'key/key': 'a key with spaces' }, 'x-api-key', 'a key with spaces'],
  ['useCookie', { 'cookie/key': 'a+b/c==' }, 'cookie', 'sid=a+b/c=='],
  ['useCookie', { 'cookie/key': 'a%2Bb' }, 'cookie', 'sid=a%2Bb'],
];

export default [
  {
    item: 'legal credentials',
    server: {},
    attacks: [
      {
        title: 'a legal credential is refused, or sent in another form',
        expected: 'sent as it is',
        run: (target) =>
          each(
            legal,
            'sent as it is',
            async ([operation, values, header, expected]) => {
              const saved = await target.save(values);
              if (saved.status !== 200) return describe(saved);
              const [request] = await target.upstream.during(() =>
                target.call(operation, {}, { environment: 'test' }, { cookie: saved.cookie }),
              );
              return request?.headers[header] === expected ? 'sent as it is' : `sent ${request?.headers[header]}`;
            },
            ([operation, values]) => `${operation} with ${Object.values(values)}`,
          ),
      },
      {
        title: 'a credential adds a header or a cookie',
        expected: '422 malformed_credential',
        regression: true,
        run: (target) =>
          each(
            [
              { 'key/key': 'a\r\nx-other: b' },
              { 'key/key': 'a\u0000' },
              { 'cookie/key': 'a; admin=1' },
              { 'cookie/key': 'a\nb' },
              { 'basic/username': 'a:b', 'basic/password': 'c' },
              { 'basic/username': 'a\nb', 'basic/password': 'c' },
            ],
            '422 malformed_credential',
            async (values) => describe(await target.save(values)),
          ),
      },
      {
        title: 'the echo of a short or unusual credential is shown, or masked twice',
        expected: 'hidden once',
        run: (target) =>
          each(
            [
              ['useBasic', { 'basic/username': 'Zoë van Dam', 'basic/password': 'a b: ü?' }, 'a b: ü?'],
              ['listThings', { 'key/key': 'k7q' }, 'k7q'],
            ],
            'hidden once',
            async ([operation, values, secret]) => {
              const { cookie } = await target.save(values);
              target.upstream.respond = () => ({ body: JSON.stringify({ echo: `[${secret}]` }) });
              const { json } = await target.call(operation, {}, { environment: 'test' }, { cookie });
              target.upstream.respond = () => ({});
              const echo = String(json?.data?.echo);
              if (echo.includes(secret)) return 'shown';
              return (echo.match(/\{\{|\[redacted|<hidden|•|credential/g) ?? []).length <= 1 ? 'hidden once' : echo;
            },
            ([operation]) => operation,
          ),
      },
    ],
  },
  {
    item: 'retries',
    server: {},
    attacks: [
      {
        title: 'twenty calls on a 401 become sixty requests',
        expected: '21 calls, 2 tokens',
        run: async (target) => {
          target.upstream.respond = ({ url }) =>
            url.startsWith('/token')
              ? {
                  body: JSON.stringify({
                    access_token: `token-${target.upstream.requests.length}`,
                    token_type: 'Bearer',
                    expires_in: 3600,
                  }),
                }
              : { status: 401 };
          const { cookie, text, status } = await target.save({
            'machine/client_id': 'client-1',
            'machine/client_secret': 'secret-of-a-client-1',
          });
          if (status !== 200) return text;
          const sent = await target.upstream.during(async () => {
            for (let call = 0; call < 20; call += 1) await target.call('useMachine', {}, { environment: 'test' }, { cookie });
          });
          const tokens = sent.filter(({ url }) => url.startsWith('/token')).length;
          return `${sent.length - tokens} calls, ${tokens} tokens`;
        },
      },
    ],
  },
];
