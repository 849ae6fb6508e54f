// Attacks on the masking of responses, by callers without the grant `reveal`.
import { describe, json } from '../http.mjs';
import { formats, headers, leaks, names, places } from '../shapes.mjs';
import { HOST, SIGN_IN } from '../target.mjs';
import { each } from '../variants.mjs';

const HIDDEN = 'hidden';
const LOGIN = { email: 'ann@acme.com', password: 'p-1' };

/** Returns everything that a response shows, in readable form: UTF-16 has zeros between letters, and Base64 is decoded. */
const readable = ({ text, bytes, rawHeaders, json }) => {
  const data = Buffer.from(String(json?.data ?? ''), 'base64').toString();
  return [text, bytes.toString('latin1'), rawHeaders.join('\n'), JSON.stringify(json) ?? '', data].join('\n').replaceAll('\u0000', '');
};

const endpoints = {
  '/tools': (target) => target.call('logIn', LOGIN, {}, target.headers),
  '/proxy': (target) => target.proxy('/login', json(LOGIN, target.headers)),
  'the page': (target) => target.post('/api/call', { provider: 'attacked', operation: 'logIn', arguments: LOGIN }, target.pageHeaders),
};

const shown = (shapes, call) => async (target) =>
  each(
    shapes,
    HIDDEN,
    async ({ type, headers, body }) => {
      target.upstream.respond = () => ({ headers: { ...(type && { 'content-type': type }), ...headers }, body });
      const response = await call(target);
      if (response.status !== 200) return describe(response);
      return leaks(readable(response)) ? 'shown' : HIDDEN;
    },
    ({ name }) => name,
  );

const shapes = {
  'a body of another format': formats,
  'an unusual place': places,
  'a name that is not in a list': names,
  'a header': headers,
};

export default [
  {
    item: 'masking',
    server: {
      env: SIGN_IN,
      // More calls in a second than the default permits.
      policy: 'rate = "10000/s"',
      ready: async (target) => {
        const token = await target.token();
        target.headers = { host: HOST, authorization: `Bearer ${token}` };
        const { cookie } = await target.form('/sign-in', { token, next: '/' }, { host: HOST, origin: `https://${HOST}` });
        target.pageHeaders = { host: HOST, cookie, origin: `https://${HOST}` };
      },
    },
    attacks: [
      {
        title: 'what the document describes is hidden',
        expected: '{"status_code":200,"user_id":"user-1","user":{"name":{"first_name":"Ann"}},"when":"2026-01-31","on":true}',
        regression: true,
        run: async (target) => {
          target.upstream.respond = () => ({
            body: '{"status_code":200,"user_id":"user-1","user":{"name":{"first_name":"Ann"}},"when":"2026-01-31","on":true}',
          });
          return JSON.stringify((await endpoints['/tools'](target)).json?.data);
        },
      },
      ...Object.entries(endpoints).flatMap(([path, call]) =>
        Object.entries(shapes).map(([name, list]) => ({
          title: `a secret in ${name} (${list.length} shapes) is shown by ${path}`,
          expected: HIDDEN,
          run: shown(list, call),
        })),
      ),
      {
        title: 'a caller without the grant receives secrets on request, or by revealing a placeholder',
        expected: '403 policy_denied, 403 policy_denied',
        regression: true,
        run: async (target) => {
          target.upstream.respond = () => ({ body: '{"session_token":"zq7Kx-hunter2-4Fw9"}' });
          const asked = await target.call('logIn', LOGIN, { reveal: true }, target.headers);
          const placeholder = (await target.call('logIn', LOGIN, {}, target.headers)).json.data.session_token;
          const revealed = await target.post('/api/reveal', { placeholder }, target.headers);
          return `${describe(asked)}, ${describe(revealed)}`;
        },
      },
      {
        title: 'a body that cannot be searched is withheld without its size and type',
        expected: 'size and type',
        run: async (target) => {
          target.upstream.respond = () => ({ headers: { 'content-type': 'application/xml' }, body: '<a>12345</a>' });
          const { data } = (await endpoints['/tools'](target)).json;
          return String(data).includes('12 bytes of application/xml') ? 'size and type' : data;
        },
      },
    ],
  },
];
