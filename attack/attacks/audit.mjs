// Attacks on the audit log: flooding it, and changing it.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Skipped, expect } from '../target.mjs';

const FLOOD = 2000;
const CONCURRENT = 50;

async function flood(target) {
  let left = FLOOD;
  const codes = new Set();
  const send = async () => {
    while (left-- > 0) codes.add((await target.call('deniedThing')).code);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, send));
  return codes;
}

const lines = async (target) => (await target.command('audit')).output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const sql = (target, statement) => execFileSync('sqlite3', [target.store, statement]);

export default [
  {
    line: 10,
    title: `${FLOOD} refused calls do not become ${FLOOD} records, and none is uncounted`,
    run: async (target) => {
      expect((await target.call('listThings')).status, 200, 'a call before the flood');
      await flood(target);
      await target.end();
      const records = await lines(target);
      if (records.length > 50) throw new Error(`${records.length} records`);
      const refused = records.filter(({ code }) => code === 'policy_denied').reduce((sum, { count = 1 }) => sum + count, 0);
      expect(refused, FLOOD, 'number of counted refusals');
      expect(records.filter(({ status }) => status === 200).length, 1, 'records of executed calls');
      if (statSync(target.store).size > 2_000_000) throw new Error(`the store has ${statSync(target.store).size} bytes`);
    },
  },
  {
    line: 10,
    title: 'a record that is changed, removed or added in the database is found',
    run: async (target) => {
      if (spawnSync('sqlite3', ['--version']).error) throw new Skipped('sqlite3 is not installed');
      for (let call = 0; call < 4; call += 1) await target.call('listThings');
      await target.end();
      const intact = await target.command('audit', 'verify');
      expect(intact.status, 0, intact.output);
      const attempts = [
        "UPDATE audit SET subject = 'somebody-else' WHERE position = 2",
        'DELETE FROM audit WHERE position = 3',
        'DELETE FROM audit WHERE position = (SELECT MAX(position) FROM audit)',
        'DELETE FROM audit WHERE position = 1',
      ];
      for (const attempt of attempts) {
        execFileSync('cp', [target.store, `${target.store}.copy`]);
        sql(target, attempt);
        const { status, output } = await target.command('audit', 'verify');
        expect(status, 1, `after ${attempt}: ${output}`);
        execFileSync('cp', [`${target.store}.copy`, target.store]);
      }
    },
  },
  {
    line: 10,
    title: 'a store that was replaced as a whole lacks the hashes that were exported',
    run: async (target) => {
      const file = join(target.folder, 'audit.jsonl');
      await target.restart({ EXPLORER_AUDIT_EXPORT: `file:${file}` });
      expect((await target.call('listThings')).status, 200, 'a call');
      await target.end();
      const exported = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
      expect(exported.length, 1, 'exported records');
      const { hash } = exported[0];
      expect((await target.command('audit', 'verify', '--contains', hash)).status, 0, 'the exported hash');
      execFileSync('rm', [target.store]);
      await target.start();
      await target.call('listThings');
      await target.end();
      expect((await target.command('audit', 'verify', '--contains', hash)).status, 1, 'the hash in a new store');
    },
  },
];
