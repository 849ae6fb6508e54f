// Attacks a started explorer, with an upstream and a document of its own, and prints a table of the attacks. Exits with status 1 if
// one of them succeeds. Each file in attacks/ exports a list of attacks: `[{ line, title, run }]`, where `line` is the line of the
// issue, and `run(target)` throws an error if the attack succeeds.
//
//   EXPLORER_PROGRAM=target/release/api-explorer node attack/main.mjs [TEXT]    only attacks whose titles contain TEXT
import { readdirSync } from 'node:fs';
import { Skipped, startTarget } from './target.mjs';

const folder = new URL('attacks/', import.meta.url);
const filter = process.argv.slice(2).join(' ').toLowerCase();
const files = readdirSync(folder).filter((name) => name.endsWith('.mjs')).sort();
const lists = await Promise.all(files.map(async (name) => (await import(new URL(name, folder))).default));
const attacks = lists.flat().filter(({ title }) => title.toLowerCase().includes(filter)).sort((a, b) => a.line - b.line);

const rows = [];
for (const { line, title, run } of attacks) {
  // Each attack has a server of its own, so that none depends on what another left behind.
  const began = performance.now();
  let result = 'withstood';
  let target;
  try {
    target = await startTarget();
    await run(target);
  } catch (error) {
    result = error instanceof Skipped ? `skipped: ${error.message}` : `BROKEN: ${error instanceof Error ? error.message : error}`;
  } finally {
    await target?.stop();
  }
  rows.push([String(line), title, result, `${((performance.now() - began) / 1000).toFixed(1)} s`]);
}

const escape = (text) => text.replaceAll('|', '\\|').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 300);
console.log('| line | attack | result | time |\n| ---: | --- | --- | ---: |');
for (const row of rows) console.log(`| ${row.map(escape).join(' | ')} |`);
const count = (start) => rows.filter(([, , result]) => result.startsWith(start)).length;
const broken = count('BROKEN');
console.log(`\n${count('withstood')} of ${rows.length} attacks withstood, ${broken} broken, ${count('skipped')} skipped.`);
process.exitCode = broken === 0 ? 0 : 1;
