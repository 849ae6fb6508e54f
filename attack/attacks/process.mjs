// Attacks by other programs of the server's machine, which look for secrets of the process and in its files.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATOR_KEY } from '../target.mjs';

const KEY = Buffer.alloc(32, 'k').toString('base64');

export default [
  {
    item: 'secrets of the process',
    server: { env: { EXPLORER_KEY: KEY } },
    attacks: [
      {
        title: 'the environment of the process shows a secret',
        expected: 'no secret',
        run: async ({ pid }) => {
          const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
          const shown = [OPERATOR_KEY, KEY].filter((secret) => environment.includes(secret));
          return shown.length === 0 ? 'no secret' : `${shown.length} secrets`;
        },
      },
      {
        title: 'a crash writes the memory to a file',
        expected: 'no core dump',
        run: async ({ pid }) => {
          const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
          return /^Max core file size +0 +0 /m.test(limits) ? 'no core dump' : /^Max core.*$/m.exec(limits)[0];
        },
      },
    ],
  },
  {
    item: 'secrets of the process',
    server: {},
    attacks: [
      {
        title: 'other users read the store, its key or a log in it',
        expected: 'only the owner',
        regression: true,
        run: async ({ folder }) => {
          const files = readdirSync(folder).filter((name) => name.startsWith('explorer.') && name !== 'explorer.toml');
          const open = files.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
          return open.length === 0 && files.length > 1 ? 'only the owner' : `open: ${open} of ${files}`;
        },
      },
      {
        title: 'the store or the log contains a credential',
        expected: 'no secret',
        regression: true,
        run: async (target) => {
          await target.save({ 'key/key': 'callers-key-0123456789' });
          await target.call('listThings');
          await target.end();
          const texts = readdirSync(target.folder).map((name) => readFileSync(join(target.folder, name), 'latin1'));
          return [...texts, target.log].some((text) => text.includes('callers-key-') || text.includes(OPERATOR_KEY))
            ? 'a secret'
            : 'no secret';
        },
      },
    ],
  },
];
