// Attacks on the lock of live data.
import { describe } from '../http.mjs';
import { each } from '../variants.mjs';

const LOCKED = '403 live_locked, nothing sent';

const servers = {
  EU: 'https://eu.acme.com',
  Latest: 'https://latest.acme.com',
  Contest: 'https://contest.acme.com',
  'Live test': 'https://test.acme.com',
  production: 'https://sandbox.acme.com',
  Path: 'https://api.acme.com/test',
  Domain: 'https://api.dev.to',
  Query: 'https://api.acme.com/v1',
};
const harmless = {
  Sandbox: 'https://api.acme.com/1',
  'EU-staging-2': 'https://api.acme.com/2',
  devServer1: 'https://api.acme.com/3',
  host: 'https://test.acme.com/4',
  reserved: 'https://api.example.com',
};

const quoted = (entries) =>
  `servers = [${Object.entries(entries)
    .map(([name, url]) => `{ name = ${JSON.stringify(name)}, url = ${JSON.stringify(url)} }`)
    .join(', ')}]`;

const write = async (target, environment, more = {}, name = 'createThing', args = { text: 'x' }) => {
  let response;
  const sent = await target.upstream.during(async () => (response = await target.call(name, args, { environment, ...more })));
  return `${describe(response)}, ${sent.length === 0 ? 'nothing' : 'something'} sent`;
};

export default [
  {
    item: 'live lock',
    server: { provider: quoted({ ...servers, ...harmless }), policy: 'daily = 1000' },
    attacks: [
      {
        title: 'an environment that only looks harmless, or says nothing, is not locked',
        expected: LOCKED,
        run: (target) => each(Object.keys(servers), LOCKED, (environment) => write(target, environment)),
      },
      {
        title: 'an environment that says test, sandbox, staging, dev or example is locked',
        expected: '200, something sent',
        regression: true,
        run: (target) => each(Object.keys(harmless), '200, something sent', (environment) => write(target, environment)),
      },
      {
        title: 'reading is locked',
        expected: '200, something sent',
        regression: true,
        run: (target) => write(target, 'EU', {}, 'listThings', {}),
      },
      {
        title: 'a refused call unlocks',
        expected: '409 confirmation_required, 400 invalid_arguments, then 403 live_locked',
        run: async (target) => {
          const unlock = { environment: 'EU', unlock: true };
          const refused = [
            describe(await target.call('deleteThing', { id: '1' }, unlock)),
            describe(await target.call('createThing', { text: 1 }, unlock)),
          ];
          return `${refused.join(', ')}, then ${describe(await target.call('createThing', { text: 'x' }, { environment: 'EU' }))}`;
        },
      },
      {
        title: 'an environment cannot be unlocked',
        expected: '200, something sent',
        regression: true,
        run: (target) => write(target, 'EU', { unlock: true }),
      },
    ],
  },
];
