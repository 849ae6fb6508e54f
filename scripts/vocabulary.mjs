// Checks the words of the project: no file contains a word from the last column of the glossary in docs/architecture.md, no doc comment
// begins with a question word, and the subjects of the last commits are short.
//
// A word is found in any case, with the usual endings (`reply`, `replies`), and as a part of an identifier (`ReplyCount`, `reply_count`).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';

const PLACES = `src docs locales style scripts end2end bench attack deploy fuzz .github .cargo README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md
  Makefile Cargo.toml build.rs clippy.toml deny.toml Containerfile`.split(/\s+/);
const GLOSSARY = 'docs/architecture.md';
const SKIPPED = /\/(node_modules|target|test-results|playwright-report)$|package-lock\.json$|\.(png|lock)$/;
const MAX_SUBJECT = 72;
const RECENT_COMMITS = 30;

/** Permitted uses of the words: a pattern of the text, of the file's path, and the reason. */
const PERMITTED = [
  [/.*/, /^src\/store\/migrations\//, 'migrations that were applied do not change'],
  [/.*/, /^scripts\/vocabulary\.mjs$/, 'this list'],
  [/\bEXPLORER_REPLY_LIMIT_MB\b/g, /./, 'the name of a setting'],
  [/\b(reply_too_large|malformed_reply)\b/g, /./, 'error codes of the HTTP API'],
  [/\/replies\b|["#]reply-/g, /./, 'the address of the page of all responses, and its anchors'],
  [/(\b|_)replies\b|\breply_numbers\b|\["reply"|b"reply"/g, /^src\/(store\/|tests\/masking)/, 'SQL tables, and authenticated data of sealed values'],
  [/"visitor"/g, /./, 'a value in the JSON of a credential status'],
  [/Visitor\b/g, /^src\/(openapi\/yaml|gateway\/request\/json_body)\.rs$/, 'a trait of serde'],
  [/\bPromise\b|fs\/promises/g, /\.(ts|mjs|rs)$/, 'a class and a module of JavaScript'],
  [/\binputValue\b/g, /^end2end\//, 'a function of Playwright'],
  [/visitor/gi, /^src\/(providers\/stytch\/|tests\/sdk\/names\.json)/, "Stytch's terms"],
];

const problems = [];

/** Returns the paths of all files in a folder or at a path. */
function listFiles(path) {
  if (SKIPPED.test(path) || !existsSync(path)) return [];
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => listFiles(`${path}/${name}`)) : [path];
}

/** Returns the pattern of a word with its usual endings. */
function withEndings(word) {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}(?:y|ies|ied|ying)`;
  return word.endsWith('e') ? `${word.slice(0, -1)}(?:e|es|ed|ing)` : `${word}(?:s|es|ed|ing)?`;
}

/** Separates the words of identifiers. */
const splitIdentifiers = (line) => line.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/g, ' ');

/** Returns the words in the last column of the glossary. */
function readForbiddenWords(lines) {
  const rows = lines.slice(lines.indexOf('## Glossary')).filter((line) => line.startsWith('| ')).slice(2);
  return rows.flatMap((row) => row.split('|').at(-2).split(',')).map((word) => word.trim()).filter(Boolean);
}

function checkLine(path, line, number, forbidden) {
  const rest = PERMITTED.filter(([, where]) => where.test(path)).reduce((text, [what]) => text.replace(what, ''), line);
  const found = forbidden.exec(splitIdentifiers(rest));
  if (found) problems.push(`${path}:${number}: "${found[0]}" is not a word of the glossary (${GLOSSARY})`);
  const question = /^\s*\/\/[/!] (What|Whether|Where|How|Who)\b/.exec(line);
  if (question) problems.push(`${path}:${number}: a doc comment says what an item is or does; it does not begin with "${question[1]}"`);
}

function checkFiles() {
  const glossary = readFileSync(GLOSSARY, 'utf8').split('\n');
  const forbidden = new RegExp(`\\b(?:${readForbiddenWords(glossary).map(withEndings).join('|')})\\b`, 'i');
  const isDefinition = (path, line) => path === GLOSSARY && glossary.indexOf(line) > glossary.indexOf('## Glossary') && line.startsWith('| ');
  for (const path of PLACES.flatMap(listFiles)) {
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.forEach((line, index) => isDefinition(path, line) || checkLine(path, line, index + 1, forbidden));
  }
}

function checkCommits() {
  if (!existsSync('.git')) return;
  const log = execFileSync('git', ['log', `-${RECENT_COMMITS}`, '--no-merges', '--format=%h %s'], { encoding: 'utf8' });
  for (const [, commit, subject] of log.matchAll(/^(\S+) (.*)$/gm)) {
    if (subject.length > MAX_SUBJECT) problems.push(`commit ${commit}: its subject has ${subject.length} characters, more than ${MAX_SUBJECT}`);
  }
}

checkFiles();
checkCommits();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
