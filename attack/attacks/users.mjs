// Attacks by users who may no longer use the explorer, and by those who claim to be others.
import { describe } from '../http.mjs';
import { startIdentityProvider } from '../identity_provider.mjs';
import { each, eventually } from '../variants.mjs';

const ANN = { sub: 'user-1', email: 'ann@example.com', sid: 'session-1' };
const REFUSED = '401, no session';

const call = async (target, cookie) => describe(await target.call('listThings', {}, {}, { cookie }));
const signIn = async (target, claims = ANN) => {
  const { cookie, text } = await target.provider.signIn(claims);
  if (!cookie) throw new Error(text.slice(0, 200));
  return cookie;
};
const refusal = async (target, claims, algorithm) => {
  const { status, cookie } = await target.provider.signIn(claims, algorithm);
  return `${status}, ${cookie ? 'a' : 'no'} session`;
};
const logOut = (target, token) => target.form('/auth/logout', { logout_token: token });

const prepare = async (target) => {
  target.provider = await startIdentityProvider(target);
  target.options.env = { EXPLORER_ACCESS: 'sign-in', ...target.provider.variables };
  target.options.more = target.provider.settings();
};

export default [
  {
    item: 'who left',
    server: { prepare },
    attacks: [
      {
        title: 'a user who is removed from `allow` continues to call',
        expected: '200, then 401 sign_in_required',
        run: async (target) => {
          const cookie = await signIn(target);
          const before = await call(target, cookie);
          await target.restart({ more: target.provider.settings(['bob@example.com']) });
          const after = await call(target, cookie);
          await target.restart({ more: target.provider.settings() });
          return `${before}, then ${after}`;
        },
      },
      {
        title: 'a session of a removed identity provider continues',
        expected: '200, then 401',
        run: async (target) => {
          const cookie = await signIn(target);
          const before = await call(target, cookie);
          await target.restart({ more: '' });
          const after = (await call(target, cookie)).split(' ')[0];
          await target.restart({ more: target.provider.settings() });
          return `${before}, then ${after}`;
        },
      },
      {
        title: 'a disabled user continues to call, or signs in again',
        expected: '403 switched_off, 403 switched_off',
        run: async (target) => {
          const cookie = await signIn(target);
          const { status, output } = await target.command('switch', 'off', 'person:ANN@Example.com');
          if (status !== 0) return output;
          const refused = await eventually('403 switched_off', () => call(target, cookie));
          const seen = `${refused}, ${await call(target, await signIn(target))}`;
          await target.command('switch', 'on', 'person:ann@example.com');
          await eventually('200', () => call(target, cookie));
          return seen;
        },
      },
      {
        title: 'an address that was given to somebody else is the same identity',
        expected: 'two identities of issuer and subject',
        run: async (target) => {
          for (const claims of [ANN, { ...ANN, sub: 'user-9' }, { ...ANN, email: 'ann.smith@example.com' }])
            await call(target, await signIn(target, claims));
          await target.end();
          const { output } = await target.command('audit');
          await target.start();
          const records = output
            .split('\n')
            .filter((line) => line.startsWith('{'))
            .map((line) => JSON.parse(line));
          const calls = records.filter(({ action, operation }) => action === 'call' || operation === 'listThings');
          const subjects = calls
            .sort((a, b) => String(a.at ?? a.time).localeCompare(String(b.at ?? b.time)))
            .slice(-3)
            .map(({ subject }) => subject);
          return new Set(subjects).size === 2 && subjects.every((subject) => subject.startsWith('oidc:'))
            ? 'two identities of issuer and subject'
            : String(subjects);
        },
      },
      {
        title: 'an ID token without a signature, with a shared key or another algorithm signs in',
        expected: REFUSED,
        run: (target) => each(['none', 'HS256', 'RS512'], REFUSED, (algorithm) => refusal(target, ANN, algorithm)),
      },
      {
        title: 'legal ID tokens (RS256, ES256) are refused',
        expected: '303, a session',
        regression: true,
        run: (target) => each(['RS256', 'ES256'], '303, a session', (algorithm) => refusal(target, ANN, algorithm)),
      },
      {
        title: 'an address of several lines or addresses matches `allow`',
        expected: REFUSED,
        run: (target) =>
          each(
            [
              'eve@evil.example\n@example.com',
              'eve@evil.example,x@example.com',
              'eve@evil.example @example.com',
              'eve@evil.example\r\nx@example.com',
              'eve@evil.example\u0000@example.com',
              'eve@evil.example\u2028@example.com',
            ],
            REFUSED,
            (email) => refusal(target, { sub: 'user-3', email }),
          ),
      },
      {
        title: 'an address that the identity provider has not verified signs in',
        expected: REFUSED,
        regression: true,
        run: (target) => refusal(target, { ...ANN, email_verified: false }),
      },
      {
        title: 'a session outlives the logout at the identity provider',
        expected: '200, 200, then 401 sign_in_required',
        run: async (target) => {
          const cookie = await signIn(target);
          const before = await call(target, cookie);
          const { status } = await logOut(target, target.provider.logoutToken({ sid: 'session-1' }));
          return `${before}, ${status}, then ${await call(target, cookie)}`;
        },
      },
      {
        title: 'a forged logout token ends the session of another user',
        expected: '400, the session continues',
        run: async (target) => {
          const { provider } = target;
          const cookie = await signIn(target);
          const { logoutToken } = provider;
          const valid = { sub: 'user-1' };
          const tokens = {
            nothing: '',
            'no signature': logoutToken(valid, 'none'),
            'shared key': logoutToken(valid, 'HS256'),
            'another key': logoutToken(valid, 'RS256', { kid: 'ec' }),
            'another issuer': logoutToken({ ...valid, iss: 'https://evil.example' }),
            'another audience': logoutToken({ ...valid, aud: 'another-client' }),
            'no event': logoutToken({ ...valid, events: {} }),
            'an ID token': logoutToken({ ...valid, nonce: 'n' }),
            expired: logoutToken({ ...valid, exp: 1 }),
          };
          return each(Object.keys(tokens), '400, the session continues', async (name) => {
            const { status } = await logOut(target, tokens[name]);
            return `${status}, the session ${(await call(target, cookie)) === '200' ? 'continues' : 'ended'}`;
          });
        },
      },
    ],
  },
  {
    item: 'who left',
    server: {
      env: { EXPLORER_ACCESS: 'sign-in' },
      more: '[access]\nuser_header = "x-user"\nproxies = ["127.0.0.9"]\nadmins = ["root"]',
    },
    attacks: [
      {
        title: 'a request with two user headers is one of either user',
        expected: '200, 403 forbidden, 403 forbidden',
        run: async (target) => {
          const as = async (users) => describe(await target.call('listThings', {}, {}, { 'x-user': users }, { from: '127.0.0.9' }));
          return `${await as('ann')}, ${await as(['ann', 'root'])}, ${await as(['root', 'ann'])}`;
        },
      },
      {
        title: 'the user header of an untrusted peer signs in',
        expected: '401 sign_in_required',
        regression: true,
        run: async (target) => describe(await target.call('listThings', {}, {}, { 'x-user': 'root' })),
      },
      {
        title: 'a user whom a proxy names is disabled in one spelling only',
        expected: '403 switched_off',
        run: async (target) => {
          await target.command('switch', 'off', 'person:ANN');
          return each(['ann', 'Ann', 'ANN'], '403 switched_off', (user) =>
            eventually('403 switched_off', async () =>
              describe(await target.call('listThings', {}, {}, { 'x-user': user }, { from: '127.0.0.9' })),
            ),
          );
        },
      },
      {
        title: 'a revoked access token continues to call',
        expected: '200, then 401 sign_in_required',
        regression: true,
        run: async (target) => {
          const headers = { authorization: `Bearer ${await target.token()}` };
          const before = describe(await target.call('listThings', {}, {}, headers));
          const { output } = await target.command('token', 'list');
          const [id] = output
            .split('\n')
            .find((line) => line.includes('attacker'))
            .trim()
            .split(/\s+/);
          await target.command('token', 'revoke', id);
          return `${before}, then ${describe(await target.call('listThings', {}, {}, headers))}`;
        },
      },
    ],
  },
];
