// Attacks through /proxy, which sends only what the document describes.
import { describe, json } from '../http.mjs';
import { OPERATOR_KEY } from '../target.mjs';
import { each } from '../variants.mjs';

const REFUSED = '400 invalid_arguments, nothing sent';

const change = async (target, { query = '', headers, body = '{"name":"a"}', type = 'application/json' } = {}) => {
  let response;
  const [sent] = await target.upstream.during(async () => {
    response = await target.proxy(`/things/1${query}`, {
      method: 'POST',
      headers: { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers },
      body,
    });
  });
  return { response, sent };
};
const refused = async (target, options) => {
  const { response, sent } = await change(target, options);
  return `${describe(response)}, ${sent ? `${sent.url} ${sent.body}` : 'nothing'} sent`;
};
const attack = (title, variants) => ({
  title,
  expected: REFUSED,
  run: (target) => each(variants, REFUSED, (options) => refused(target, options)),
});

export default [
  {
    item: 'documented requests only',
    server: {},
    attacks: [
      {
        title: 'a documented request is refused',
        expected: `/things/1?q=a%20b {"name":"a","size":1} ${OPERATOR_KEY}`,
        run: async (target) => {
          const { response, sent } = await change(target, { query: '?q=a%20b', body: ' {"name": "\\u0061", "size" : 1} ' });
          return sent ? `${sent.url} ${sent.body} ${sent.headers['x-api-key']}` : describe(response);
        },
      },
      attack(
        'an undocumented query parameter is sent',
        ['?verbose=1', '?q=1&_method=DELETE', '?q=1&q=2', '?q=1&%71=2', '?q[]=1', '?Q=1', '?admin', '?id=2'].map((query) => ({ query })),
      ),
      attack('a key or a field that occurs twice is sent', [
        { body: '{"name":"a","name":"b"}' },
        { body: '{"name":"a","x":{"a":1,"\\u0061":2}}' },
        { body: 'name=a&name=b', type: 'application/x-www-form-urlencoded' },
      ]),
      attack('a body that the document does not describe is sent', [
        { body: '{"size":1}' },
        { body: '{"name":"a","size":"b"}' },
        { body: '[]' },
        { body: '{' },
        { body: 'name=a&admin=1', type: 'application/x-www-form-urlencoded' },
        { body: '<name>a</name>', type: 'application/xml' },
        { body: '{"name":"a"}', type: 'text/plain' },
      ]),
      {
        title: 'cookies, headers and a credential of the caller are sent',
        expected: 'flavor=mint, n1, no other',
        run: async (target) => {
          const forged = [
            'x-other',
            'x-http-method-override',
            'x-original-url',
            'x-rewrite-url',
            'proxy-authorization',
            'te',
            'x-amz-security-token',
          ];
          const headers = {
            cookie: 'api-explorer=00000000-0000-4000-8000-000000000000; other=1; flavor=mint; FLAVOR=evil',
            'x-note': 'n1',
            'x-api-key': 'evil',
            authorization: 'Basic ZXZpbDpldmls',
            ...Object.fromEntries(forged.map((name) => [name, 'evil'])),
          };
          const { response, sent } = await change(target, { headers });
          if (!sent) return describe(response);
          const evil = Object.entries(sent.headers).filter(
            ([, value]) => String(value).includes('evil') || String(value).includes('ZXZpb'),
          );
          return `${sent.headers.cookie}, ${sent.headers['x-note']}, ${evil.length === 0 ? 'no other' : JSON.stringify(evil)}`;
        },
      },
      {
        title: 'headers of the response that the document does not describe are returned',
        expected: 'x-total: 3, no other',
        run: async (target) => {
          const hidden = {
            'x-internal': 'evil',
            server: 'evil',
            'set-cookie': 'a=evil',
            'access-control-allow-origin': 'https://evil.example',
            'content-security-policy': 'default-src evil',
            'strict-transport-security': 'max-age=1; evil',
            refresh: '0; url=https://evil.example',
            'x-powered-by': 'evil',
          };
          target.upstream.respond = () => ({
            headers: { 'content-type': 'text/html', 'x-total': '3', ...hidden },
            body: '<script>alert(1)</script>',
          });
          const { response } = await change(target);
          target.upstream.respond = () => ({});
          const evil = Object.entries(response.headers)
            .filter(([, value]) => String(value).includes('evil'))
            .map(([name]) => name);
          return `x-total: ${response.headers['x-total']}, ${evil.length === 0 ? 'no other' : evil}`;
        },
      },
      {
        title: 'an echoed credential is returned',
        expected: 'hidden',
        regression: true,
        run: (target) =>
          each(
            [OPERATOR_KEY, Buffer.from(OPERATOR_KEY).toString('base64'), encodeURIComponent(OPERATOR_KEY), JSON.stringify(OPERATOR_KEY)],
            'hidden',
            async (echo) => {
              target.upstream.respond = () => ({ headers: { 'content-type': 'text/plain', 'x-total': echo }, body: echo });
              const { response } = await change(target);
              target.upstream.respond = () => ({});
              return (response.text + JSON.stringify(response.headers)).includes(OPERATOR_KEY) ? 'shown' : 'hidden';
            },
          ),
      },
      {
        title: 'a page uses /proxy',
        expected: '403 forbidden',
        regression: true,
        run: (target) =>
          each(
            [
              ['sec-fetch-site', 'same-origin'],
              ['sec-fetch-site', 'none'],
              ['origin', target.origin],
            ],
            '403 forbidden',
            async ([name, value]) => describe(await target.proxy('/things', { headers: { [name]: value } })),
          ),
      },
      {
        title: 'a method or path that the document does not describe is sent',
        expected: 'nothing sent',
        regression: true,
        run: (target) =>
          each(
            [
              ['PATCH', '/things'],
              ['GET', '/secret'],
              ['TRACE', '/things'],
              ['GET', '//things'],
              ['GET', 'http://evil.example/things'],
              ['GET', '/Things'],
            ],
            'nothing sent',
            async ([method, path]) => {
              const sent = await target.upstream.during(() => target.proxy(path, { method }));
              return sent.length === 0 ? 'nothing sent' : `sent ${sent[0].url}`;
            },
          ),
      },
    ],
  },
];
