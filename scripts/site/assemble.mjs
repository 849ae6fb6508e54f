// Assembles the site that the server's binary embeds: the browser's program, the styles and the files of `public/`.
//
//   node scripts/site/assemble.mjs MODULE BINDGEN OUT
//
// MODULE is the WebAssembly module that `cargo build --features hydrate` wrote, BINDGEN the wasm-bindgen program, and OUT
// the folder to write, whose former content is deleted. `OUT/site.rs` is the expression that `src/main.rs` includes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildSync, transformSync } from 'esbuild';

const NAME = 'api-explorer';
const CONTENT_TYPES = { '.js': 'text/javascript', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' };
// The browsers for which the styles' syntax is lowered.
const BROWSERS = ['chrome111', 'firefox115', 'safari16'];
// Functions with one caller are not inlined: the program has the same size, but compresses to 4 kB less.
const WASM_OPT = ['-Oz', '--converge', '--one-caller-inline-max-function-size=22'];
const WASM_FEATURES = ['--enable-bulk-memory', '--enable-nontrapping-float-to-int'];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const [module, bindgen, out] = process.argv.slice(2);
if (!out) throw new Error('usage: node scripts/site/assemble.mjs MODULE BINDGEN OUT');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { script, program } = browserProgram();
const hash = createHash('sha256').update(script).update(program).digest('base64url').slice(0, 22);
const assets = [
  write(`pkg/${NAME}.${hash}.js`, script),
  write(`pkg/${NAME}.${hash}.wasm`, program),
  ...readdirSync(join(root, 'public')).map((file) => write(file, readFileSync(join(root, 'public', file)))),
];
buildSync({ entryPoints: [join(root, 'style/main.css')], outfile: join(out, 'style.css'), bundle: true, minify: true, target: BROWSERS });
writeFileSync(join(out, 'site.rs'), `EmbeddedSite {
    output_name: ${JSON.stringify(`${NAME}.${hash}`)},
    styles: include_str!("style.css"),
    assets: &[
${assets.join('\n')}
    ],
}
`);
for (const path of [`pkg/${NAME}.${hash}.wasm`, `pkg/${NAME}.${hash}.js`]) {
  const [plain, brotli, gzip] = ['', '.br', '.gz'].map((suffix) => readFileSync(join(out, path + suffix)).length);
  console.log(`${extname(path).slice(1).padEnd(4)} ${plain} bytes, ${brotli} with Brotli, ${gzip} with gzip`);
}

/** Generates the bindings of the module, optimizes it, shortens the names that both share, and minifies the script. */
function browserProgram() {
  const work = join(out, 'work');
  execFileSync(bindgen, ['--target=web', '--no-typescript', `--out-name=${NAME}`, `--out-dir=${work}`, module]);
  const bound = join(work, `${NAME}_bg.wasm`);
  const wasmOpt = (...options) => execFileSync(join(here, 'node_modules/.bin/wasm-opt'), [bound, '-o', bound, ...WASM_FEATURES, ...options]);
  wasmOpt(...WASM_OPT);
  const names = JSON.parse(wasmOpt('--minify-imports-and-exports-and-modules'));
  const script = rename(readFileSync(join(work, `${NAME}.js`), 'utf8'), names);
  const { code } = transformSync(script, { minify: true, format: 'esm' });
  const program = readFileSync(bound);
  rmSync(work, { recursive: true });
  return { script: Buffer.from(code), program };
}

/**
 * Gives the imports and exports of the program the short names that wasm-opt gave them. The names of wasm-bindgen end in 16
 * random digits, which do not compress: all names cost 5 kB. Fails if the script and the program do not match.
 */
function rename(script, { imports, exports }) {
  const importNames = new Map(imports.map(([, name, shortName]) => [name, shortName]));
  const exportNames = new Map(exports);
  const unused = new Set(importNames.keys());
  const renamed = script
    .replace(`"./${NAME}_bg.js":`, 'a:')
    .replace(/^( *)(\w+)(?=: function)/gm, (text, indent, name) => {
      unused.delete(name);
      return importNames.has(name) ? indent + importNames.get(name) : text;
    })
    .replace(/\bwasm\.(\w+)/g, (_, name) => {
      if (!exportNames.has(name)) throw new Error(`the program does not export ${name}`);
      return `wasm.${exportNames.get(name)}`;
    });
  if (unused.size > 0) throw new Error(`the script does not define ${[...unused].join(', ')}`);
  return renamed;
}

/** Writes a file and its compressed forms, and returns the Rust expression of the asset. */
function write(path, body) {
  const file = join(out, path);
  mkdirSync(dirname(file), { recursive: true });
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(file, body);
  writeFileSync(`${file}.br`, brotliCompressSync(body, { params }));
  writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
  const contentType = CONTENT_TYPES[extname(path)];
  if (!contentType) throw new Error(`no content type is known for ${path}`);
  return `        Asset {
            path: "/${path}",
            content_type: "${contentType}",
            identity: include_bytes!("${path}"),
            brotli: include_bytes!("${path}.br"),
            gzip: include_bytes!("${path}.gz"),
        },`;
}
