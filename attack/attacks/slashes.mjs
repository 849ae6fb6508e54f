// Slashes in path values: legal ones are sent, and none changes the operation.
import { each } from '../variants.mjs';
import { print } from '../snippet.mjs';

const sent = async (target, name, args) => {
  const [request] = await target.upstream.during(() => target.call(name, args));
  return request?.url ?? 'refused';
};

const legal = [
  ['getUser', { id: 'group/sub/project' }, '/users/group%2Fsub%2Fproject'],
  ['getUser', { id: '10.1000/xyz(99)' }, '/users/10.1000%2Fxyz%2899%29'],
  ['getContent', { path: 'src/a b/lib.rs' }, '/contents/src/a%20b/lib.rs'],
  ['getPage', { page: 'docs/index?x' }, '/pages/docs/index%3Fx'],
];

export default [
  {
    item: 'slashes in path values',
    server: {},
    attacks: [
      {
        title: 'paths of GitHub, GitLab and DOIs are refused',
        expected: 'sent',
        run: (target) =>
          each(legal, 'sent', async ([name, args, url]) => {
            const seen = await sent(target, name, args);
            return seen === url ? 'sent' : seen;
          }),
      },
      {
        title: 'the snippet sends another path than the explorer',
        expected: 'the same path',
        run: (target) =>
          each(legal, 'the same path', async ([name, args, url]) => {
            const code = await print(target, 'Shell · curl', name, args);
            return code.includes(url) ? 'the same path' : code;
          }),
      },
      {
        title: 'dot segments, empty segments and slashes at the ends pass where slashes are sent as themselves',
        expected: 'refused',
        regression: true,
        run: (target) =>
          each(['..', '../x', 'a/../b', 'a/./b', 'a//b', '/a', 'a/', 'a/%2e%2e/b', 'a/..;x/b', 'a/..\\b'], 'refused', async (path) => {
            const seen = [await sent(target, 'getContent', { path }), await sent(target, 'getPage', { page: path })];
            return seen.find((url) => url !== 'refused') ?? 'refused';
          }),
      },
      {
        title: 'the same paths pass through /proxy',
        expected: 'refused',
        regression: true,
        run: (target) =>
          each(
            ['/contents/../users/me', '/contents/a/%2e%2e/b', '/contents/a//b', '/contents//a', '/pages/a/..%2f..%2fusers%2fme'],
            'refused',
            async (path) => {
              const [request] = await target.upstream.during(() => target.proxy(path));
              return request?.url ?? 'refused';
            },
          ),
      },
    ],
  },
  {
    item: 'slashes in path values',
    server: { provider: 'path_slashes = ["getFile.name"]' },
    attacks: [
      {
        title: 'a setting sends slashes of one parameter only as themselves, and no dot segments',
        expected: '/files/a/b refused /users/a%2Fb',
        run: async (target) =>
          [
            await sent(target, 'getFile', { name: 'a/b' }),
            await sent(target, 'getFile', { name: 'a/../b' }),
            await sent(target, 'getUser', { id: 'a/b' }),
          ].join(' '),
      },
    ],
  },
];
