// Credentials of every legal form reach the provider as they are, so that nobody needs to weaken them.
import { expect } from '../target.mjs';

async function send(target, operation, values) {
  const saved = await target.post('/api/credential/save', { provider: 'attacked', values });
  expect(saved.status, 200, saved.text);
  const called = await target.call(operation, {}, { environment: 'test' }, { cookie: saved.cookie });
  expect(called.status, 200, called.text);
  return target.requests.at(-1).headers;
}

export default [
  {
    line: 14,
    title: 'credentials of every legal form are accepted and sent as they are',
    run: async (target) => {
      const basic = await send(target, 'useBasic', { 'basic/username': 'Zoë van Dam', 'basic/password': 'a b: ü' });
      expect(Buffer.from(basic.authorization.split(' ')[1], 'base64').toString(), 'Zoë van Dam:a b: ü', 'Basic');
      expect((await send(target, 'listThings', { 'key/key': 'k7' }))['x-api-key'], 'k7', 'a short key');
      expect((await send(target, 'useCookie', { 'cookie/key': 'a+b/c==' })).cookie, 'sid=a+b/c==', 'a key in a cookie');
    },
  },
  {
    line: 14,
    title: 'a credential cannot add a header or a cookie',
    run: async (target) => {
      for (const values of [{ 'key/key': 'a\r\nx-other: b' }, { 'cookie/key': 'a; admin=1' }]) {
        expect((await target.post('/api/credential/save', { provider: 'attacked', values })).code, 'malformed_credential', JSON.stringify(values));
      }
    },
  },
];
