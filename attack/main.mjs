// Attacks started explorers, with upstreams and documents of their own, and prints a table of the attacks. Exits with status 1 if one
// of them is not withstood.
//
//   EXPLORER_PROGRAM=target/release/api-explorer node attack/main.mjs [TEXT]    only attacks whose item or title contains TEXT
//
// Each file in attacks/ exports a list of groups: `{ item, server, attacks: [{ title, expected, run, regression }] }`. A group has an
// explorer of its own, which `startTarget(server)` starts, and its attacks run one after the other. `run(target)` returns what was
// seen, which must equal `expected`. `regression` marks attacks that the program had withstood before they were written down here.
import { readdirSync } from 'node:fs';
import { Skipped, startTarget } from './target.mjs';

/** Number of groups that run at the same time. */
const CONCURRENT_GROUPS = 3;

const folder = new URL('attacks/', import.meta.url);
const filter = process.argv.slice(2).join(' ').toLowerCase();
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .sort();
const modules = await Promise.all(files.map((name) => import(new URL(name, folder))));
const groups = modules
  .flatMap((module) => module.default)
  .map((group) => ({ ...group, attacks: group.attacks.filter(({ title }) => `${group.item} ${title}`.toLowerCase().includes(filter)) }))
  .filter(({ attacks }) => attacks.length > 0);

async function runGroup({ item, server, attacks }) {
  const rows = [];
  let target;
  try {
    target = await startTarget(server);
    for (const { title, expected, run } of attacks) rows.push({ item, title, expected, ...(await judge(expected, () => run(target))) });
  } catch (error) {
    for (const { title, expected } of attacks) rows.push({ item, title, expected, seen: error.message, verdict: 'BROKEN' });
  } finally {
    await target?.stop();
  }
  return rows;
}

async function judge(expected, run) {
  try {
    const seen = await run();
    return { seen, verdict: seen === expected ? 'withstood' : 'BROKEN' };
  } catch (error) {
    return { seen: error.message, verdict: error instanceof Skipped ? 'skipped' : 'BROKEN' };
  }
}

const began = performance.now();
const results = [];
const waiting = [...groups.keys()];
const worker = async () => {
  for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) results[index] = await runGroup(groups[index]);
};
await Promise.all(Array.from({ length: CONCURRENT_GROUPS }, worker));

const rows = results.flat();
const escape = (text) =>
  String(text)
    .replaceAll('|', '\\|')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(0, 300);
console.log('| item | attack | expected | seen | verdict |\n| --- | --- | --- | --- | --- |');
for (const { item, title, expected, seen, verdict } of rows)
  console.log(`| ${[item, title, expected, seen, verdict].map(escape).join(' | ')} |`);
const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `\n${count('withstood')} of ${rows.length} attacks withstood, ${count('BROKEN')} broken, ${count('skipped')} skipped, in ${seconds} s.`,
);
process.exitCode = count('BROKEN') === 0 ? 0 : 1;
