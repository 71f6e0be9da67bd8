/** The licences of what is built into dist: they ask that their text goes wherever the code goes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Texts for what comes without one, copied from where it is developed. */
const TEXTS = join(top, 'scripts/licenses');

/** What packages have in them of others, without the licence of these. */
const WITHIN = { undici: ['llhttp'] };

const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;
const ROLLDOWN = '\0rolldown/';

/**
 * @param ids of the modules that were bundled, as bundlers name them: paths of files
 * @returns the packages that they are of, each with its licences, as one text
 * @throws Error where a package has no licence to be found
 */
export function noticeOf(ids) {
  const folders = new Set(ids.map(folderOf).filter((folder) => folder !== undefined));
  const namesOf = new Map();
  for (const { name, text } of [...folders].flatMap(licensed)) {
    namesOf.set(text, [...(namesOf.get(text) ?? []), name].sort());
  }
  const parts = [...namesOf].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).sort();
  return [`The files beside this one have parts of these packages, under the licences below them.\n`, ...parts].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

/** The folder of the package that a module is of; undefined for fed's own. */
function folderOf(id) {
  // What rolldown adds to each bundle.
  if (id.startsWith(ROLLDOWN)) return join(top, 'node_modules/rolldown');
  return PACKAGE.exec(id)?.[0];
}

function licensed(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file))
    .sort()
    .map((file) => join(folder, file));
  const own = files.length > 0 ? files : [join(TEXTS, `${name}.txt`)].filter((file) => existsSync(file));
  if (own.length === 0) throw new Error(`${name} ${version} has no licence file. Put its text into scripts/licenses/.`);
  const within = (WITHIN[name] ?? []).map((part) => ({
    name: `${part}, in ${name} ${version}`,
    text: read(join(TEXTS, `${part}.txt`)),
  }));
  return [{ name: `${name} ${version} (${license})`, text: own.map(read).join('\n\n') }, ...within];
}

function read(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}
