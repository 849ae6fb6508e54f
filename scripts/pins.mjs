// Checks that everything the project downloads is pinned: the same commit gets the same bytes, or fails.
//
// - Lock files of cargo and npm: every package comes from the public registry, with a hash.
// - Requirements of pip: every package has one version and hashes.
// - Commands, workflows and images: no command downloads without a lock file or a hash, see RULES.
//
// Debian's packages are excepted: apt verifies them with Debian's keys. A line that must be an exception ends in a comment `# unpinned:` with
// the reason.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SCRIPTS = /^(scripts\/(?!.*\.(mjs|rs|txt|in|json|toml|lock)$)|\.ci\/|src\/tests\/proof\/tools\/|Makefile$)/;
const YAML = /^(\.github\/|deploy\/).*\.ya?ml$/;
const SCRIPTS_OF_NODE = /^(scripts|bench|end2end)\/.*\.(mjs|ts)$/;
const CRATES_IO = 'registry+https://github.com/rust-lang/crates.io-index';
const NPM_REGISTRY = 'https://registry.npmjs.org/';

/** What must not be in a line of a command: files, the pattern, what the line must have instead, and what that is called. */
const RULES = [
  [SCRIPTS, /\bpip3?"? (install|download)\b(?!.*--require-hashes)/, 'pip needs --require-hashes'],
  [SCRIPTS, /\bnpm (install|i|add|update|exec)\b|\b(yarn|pnpm) (add|install|dlx)\b/, 'npm needs a lock file: npm ci'],
  [SCRIPTS, /\bnpx (?!--no )/, 'npx would download what is missing: npx --no'],
  [SCRIPTS, /\bnpm pack\b(?![^]*\n.*sha256sum --check)/, 'the next line must verify the file: sha256sum --check'],
  [SCRIPTS, /\bcargo install\b(?!.*--version "?=)|\bcargo install\b(?!.*--locked)/, 'cargo install needs --locked --version "=…"'],
  [SCRIPTS, /\bcargo binstall\b|\bgo (install|get)\b|\bgem install\b|\bcomposer require\b|\bgit clone\b/, 'this download has no hash'],
  [SCRIPTS, /\b(curl|wget)\b.*\bhttps?:\/\/(?!127\.0\.0\.1|localhost)(?![^]*\n.*sha256sum --check)/, 'the next line must verify the file: sha256sum --check'],
  [YAML, /^\s*(- )?uses: (?!\S+@[0-9a-f]{40}\b)/, 'an action needs the hash of its commit'],
  [/^\.github\//, /^\s*(container|image): (?!\S+@sha256:[0-9a-f]{64}(\n|$))/, 'an image needs its digest'],
  // Operators replace these images, and update them by their version.
  [/^deploy\//, /^\s*image: (?!\$\{|\S+(:\d+\.\d+[\d.]*|@sha256:[0-9a-f]{64})(\n|$))/, 'an image needs an exact version or its digest'],
  [YAML, /^\s*(- )?(run: )?.*\b(curl|wget)\b.*\bhttps?:/, 'this download has no hash'],
  [/^Containerfile$/, /^FROM (?!\S+@sha256:[0-9a-f]{64}\b)|--from=(?!\S*@sha256:[0-9a-f]{64}\b)\S*[.:]/, 'an image needs its digest'],
  [SCRIPTS_OF_NODE, /exec(File)?Sync\('(pip3?|npm|npx|curl|wget)'/, 'downloads belong to scripts/setup'],
];

/** Lines that the rules must find or let pass; they are checked first, so that no rule is silently without effect. */
const EXAMPLES = [
  [true, 'scripts/x', 'pip install requests==1.0'],
  [true, 'scripts/x', '"$BIN/pip" install --quiet -r requirements.txt'],
  [false, 'scripts/x', '"$BIN/pip" install --quiet --require-hashes -r requirements.txt'],
  [true, 'scripts/x', 'npm install -g playwright'],
  [true, 'scripts/x', 'npx playwright@1 install'],
  [false, 'scripts/x', 'npm ci --no-audit'],
  [true, 'scripts/x', 'npm pack --silent x@1.0.0\ntar -xzf x.tgz'],
  [false, 'scripts/x', "npm pack --silent x@1.0.0\necho '00  x.tgz' | sha256sum --check --quiet"],
  [true, 'scripts/x', 'cargo install --locked cargo-fuzz'],
  [true, 'scripts/x', 'cargo install cargo-fuzz --version "=1.0.0"'],
  [false, 'scripts/x', 'cargo install cargo-fuzz --version "=1.0.0" --locked'],
  [true, 'scripts/x', 'curl -sSf https://sh.rustup.rs | sh'],
  [true, 'Makefile', '\t@wget -q https://example.com/tool.tar.gz\n\ttar -xf tool.tar.gz'],
  [false, 'scripts/x', "curl -sSfO https://example.com/tool\necho '00  tool' | sha256sum --check"],
  [false, 'scripts/x', 'curl -sf "http://127.0.0.1:$1/readyz"'],
  [true, '.github/workflows/x.yml', '      - uses: actions/checkout@v4'],
  [false, '.github/workflows/x.yml', '      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2'],
  [true, '.github/workflows/x.yml', '    container: debian:bookworm'],
  [true, 'deploy/compose.yaml', '    image: caddy:2'],
  [false, 'deploy/compose.yaml', '    image: caddy:2.11.4\n    restart: unless-stopped'],
  [true, 'Containerfile', 'FROM docker.io/library/rust:1.95-bookworm AS build'],
  [true, 'Containerfile', 'COPY --from=docker.io/library/node:22 /usr/local/ /usr/local/'],
  [false, 'Containerfile', 'COPY --from=build /build/api-explorer /usr/bin/'],
];

const problems = [];

/** Returns the first rule that a line violates. The text continues after the line. */
function findRule(path, text) {
  const [line] = text.split('\n');
  if (/^\s*#/.test(line) || / # unpinned: \S/.test(line)) return undefined;
  const following = text.split('\n').slice(0, 2).join('\n');
  return RULES.find(([where, pattern]) => where.test(path) && pattern.exec(following)?.index <= line.length);
}

for (const [isFound, path, text] of EXAMPLES) {
  if (Boolean(findRule(path, text)) !== isFound) problems.push(`scripts/pins.mjs: the rules ${isFound ? 'do not find' : 'find'}: ${path}: ${text}`);
}

function checkLines(path, text) {
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const rule = findRule(path, lines.slice(index).join('\n'));
    if (rule) problems.push(`${path}:${index + 1}: ${rule[2]}: ${line.trim()}`);
  });
}

function checkCargoLock(path, text) {
  for (const block of text.split('[[package]]').slice(1)) {
    const field = (name) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(block)?.[1];
    // A package without a source is one of this repository.
    if (field('source') === undefined) continue;
    if (field('source') !== CRATES_IO) problems.push(`${path}: ${field('name')} is not from crates.io: ${field('source')}`);
    if (!/^[0-9a-f]{64}$/.test(field('checksum') ?? '')) problems.push(`${path}: ${field('name')} has no checksum`);
  }
}

function checkNpmLock(path, text) {
  for (const [name, item] of Object.entries(JSON.parse(text).packages)) {
    // What a package contains is part of it.
    if (name === '' || item.inBundle) continue;
    // Without a URL, the package comes from the registry.
    if (item.resolved && !item.resolved.startsWith(NPM_REGISTRY)) problems.push(`${path}: ${name} is not from ${NPM_REGISTRY}: ${item.resolved}`);
    if (!/^sha512-/.test(item.integrity ?? '')) problems.push(`${path}: ${name} has no SHA-512 hash`);
  }
}

function checkPackageJson(path, text) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text);
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) problems.push(`${path}: ${name} has no exact version: ${version}`);
  }
}

function checkRequirements(path, text) {
  for (const requirement of text.replaceAll(/ *\\\n */g, ' ').split('\n').filter((line) => line && !line.startsWith('#'))) {
    if (!/^[\w.[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/.test(requirement)) problems.push(`${path}: no version or hash: ${requirement.slice(0, 60)}`);
  }
  // What somebody has added must also be in the compiled file.
  for (const line of readFileSync(path.replace(/txt$/, 'in'), 'utf8').split('\n').filter(Boolean)) {
    if (!text.split('\n').some((requirement) => requirement.startsWith(`${line} `))) problems.push(`${path}: ${line} is missing; see CONTRIBUTING.md`);
  }
}

const KINDS = [
  [/(^|\/)Cargo\.lock$/, checkCargoLock],
  [/(^|\/)package-lock\.json$/, checkNpmLock],
  [/(^|\/)package\.json$/, checkPackageJson],
  [/^scripts\/python\/.*\.txt$/, checkRequirements],
];
const paths = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
for (const path of paths) {
  const check = KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? (RULES.some(([where]) => where.test(path)) ? checkLines : undefined);
  check?.(path, readFileSync(path, 'utf8'));
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
