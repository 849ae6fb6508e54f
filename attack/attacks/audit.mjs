// Attacks on the audit log: flooding it, and changing it.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Skipped } from '../target.mjs';
import { count, each } from '../variants.mjs';

const FLOOD = 1000;

const records = async (target) =>
  (await target.command('audit')).output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

export default [
  {
    item: 'audit',
    server: {},
    attacks: [
      {
        title: `${FLOOD} refused calls become as many records, or displace the record of an executed call`,
        expected: `at most 50 records and 2 MB, ${FLOOD} refusals counted, 1 executed call`,
        run: async (target) => {
          await target.call('listThings');
          await count(FLOOD, 50, async () => (await target.call('getMe')).code);
          await target.end();
          const list = await records(target);
          const refusals = list.filter(({ code }) => code === 'policy_denied').reduce((sum, record) => sum + (record.count ?? 1), 0);
          const { size } = statSync(target.store);
          const bound = list.length <= 50 && size <= 2_000_000 ? 'at most 50 records and 2 MB' : `${list.length} records, ${size} bytes`;
          return `${bound}, ${refusals} refusals counted, ${list.filter(({ status }) => status === 200).length} executed call`;
        },
      },
      {
        title: 'a record that is changed, removed or added in the database is not found',
        expected: 'intact 0, changed 1',
        run: async (target) => {
          if (spawnSync('sqlite3', ['--version']).error) throw new Skipped('sqlite3 is not installed');
          await target.restart();
          for (let call = 0; call < 4; call += 1) await target.call('listThings');
          await target.end();
          const intact = (await target.command('audit', 'verify')).status;
          const changes = [
            "UPDATE audit SET subject = 'somebody-else' WHERE position = 2",
            'DELETE FROM audit WHERE position = 3',
            'DELETE FROM audit WHERE position = (SELECT MAX(position) FROM audit)',
            'DELETE FROM audit WHERE position = 1',
            'INSERT INTO audit SELECT * FROM (SELECT * FROM audit WHERE position = 2) WHERE 0; UPDATE audit SET position = position + 1 WHERE position = (SELECT MAX(position) FROM audit)',
          ];
          const copy = `${target.store}.copy`;
          copyFileSync(target.store, copy);
          const changed = await each(changes, '1', async (change) => {
            try {
              execFileSync('sqlite3', [target.store, change], { stdio: 'pipe' });
              return String((await target.command('audit', 'verify')).status);
            } finally {
              copyFileSync(copy, target.store);
            }
          });
          return `intact ${intact}, changed ${changed}`;
        },
      },
      {
        title: 'a store that was replaced as a whole is not found by the hashes that were exported',
        expected: '1 exported, then 0, then 1',
        run: async (target) => {
          const file = join(target.folder, 'audit.jsonl');
          await target.restart({ env: { EXPLORER_AUDIT_EXPORT: `file:${file}` } });
          await target.call('listThings');
          await target.end();
          const exported = readFileSync(file, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line));
          const contains = async () => (await target.command('audit', 'verify', '--contains', exported.at(-1).hash)).status;
          const before = await contains();
          rmSync(target.store);
          await target.start();
          await target.call('listThings');
          await target.end();
          return `${exported.length} exported, then ${before}, then ${await contains()}`;
        },
      },
    ],
  },
];
