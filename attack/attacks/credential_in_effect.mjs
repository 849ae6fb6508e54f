// Attacks on the credential of a call: it must never change without a word.
import { describe } from '../http.mjs';
import { each } from '../variants.mjs';

const ENDED = '401 session_ended, nothing sent';
const CHANGED = '409 credential_changed, nothing sent';

const calls = async (target, cookie, fingerprint) => {
  const more = { ...(fingerprint && { fingerprint }) };
  const seen = new Set();
  const sent = await target.upstream.during(async () => {
    seen.add(describe(await target.call('listThings', {}, more, { cookie })));
    seen.add(
      describe(await target.post('/api/call', { provider: 'attacked', operation: 'listThings', arguments: {}, ...more }, { cookie })),
    );
    // Without scripts, the page is HTML with another status.
    await target.form('/attacked/listThings', { intent: 'send', ...more }, { cookie });
  });
  return `${[...seen].join(' or ')}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
};

export default [
  {
    item: 'credential in effect',
    server: {
      ready: async (target) => {
        target.saved = await target.save();
      },
    },
    attacks: [
      {
        title: "an unknown cookie falls back to the operator's credential",
        expected: ENDED,
        run: async (target) => {
          const [name] = target.saved.cookie.split('=');
          return each(
            [`${name}=00000000-0000-4000-8000-000000000000`, `${name}=nonsense`, `theme=dark; ${name}=../../etc/passwd`, `${name}=%00`],
            ENDED,
            (cookie) => calls(target, cookie),
          );
        },
      },
      {
        title: 'a call that means one credential is made with another',
        expected: CHANGED,
        run: async (target) => {
          const { saved } = target;
          const other = await target.save({ 'key/key': 'another-key-0123456789' }, { cookie: saved.cookie });
          const variants = [
            ['the own one, after the session was lost', '', saved.json.fingerprint],
            ['the replaced one', other.cookie, saved.json.fingerprint],
            ['none', other.cookie, 'none'],
            ["none, with the operator's in effect", '', 'none'],
            ['an unknown one', other.cookie, '0'],
          ];
          return each(
            variants,
            CHANGED,
            ([, cookie, fingerprint]) => calls(target, cookie, fingerprint),
            ([name]) => name,
          );
        },
      },
      {
        title: 'a call that means the credential in effect is refused',
        expected: '200, something sent',
        run: async (target) => {
          const { cookie, json } = await target.save();
          return calls(target, cookie, json.fingerprint);
        },
      },
      {
        title: 'a session ID that somebody else chose is used',
        expected: 'a new one',
        regression: true,
        run: async (target) => {
          const [name] = target.saved.cookie.split('=');
          const chosen = `${name}=00000000-0000-4000-8000-000000000001`;
          const { cookie } = await target.save(undefined, { cookie: chosen });
          return cookie && cookie !== chosen ? 'a new one' : 'the chosen one';
        },
      },
    ],
  },
];
