/**
 * docs/api.md, out of the library's declarations and their docstrings. TypeScript, which is here anyway, reads them: a
 * documentation generator would be the largest package of all, for one page.
 *
 * usage: node scripts/api-docs.mjs [--check]     --check: write nothing, and fail if the page is out of date
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(top, 'docs/api.md');

function parse(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** What index.d.ts exports, in its order, each with its declaration. */
function exported(folder) {
  const index = parse(join(folder, 'index.d.ts'));
  return index.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const { statements } = parse(join(folder, statement.moduleSpecifier.text.replace(/\.js$/, '.d.ts')));
    return statement.exportClause.elements.map(({ name }) => {
      const found = statements.find(
        (each) =>
          each.name?.text === name.text ||
          each.declarationList?.declarations.some((declared) => declared.name.text === name.text),
      );
      if (found === undefined) throw new Error(`${name.text} is not declared where it is exported from.`);
      return { name: name.text, node: found };
    });
  });
}

const lines = (text) => text.trim().replaceAll(/\s*\n\s*(?![\s\n-])/g, ' ');

/** The docstring: its text, then parameters and errors. */
function told(node) {
  const [doc] = (node.jsDoc ?? []).slice(-1);
  if (doc === undefined) return '';
  const text = (comment) => ts.getTextOfJSDocComment(comment) ?? '';
  const tags = (doc.tags ?? []).map((tag) => {
    const rest = lines(text(tag.comment));
    if (ts.isJSDocParameterTag(tag)) return `\`${tag.name.getText()}\`: ${rest}`;
    return tag.tagName.text === 'throws' ? `Throws ${rest}` : `${tag.tagName.text}: ${rest}`;
  });
  return [text(doc.comment).trim(), ...tags].filter((each) => each !== '').join('\n\n');
}

/** The declaration as it is written, without docstrings. */
function written(node) {
  const full = node.getSourceFile().text;
  const start = node.getStart(undefined, false);
  return full.slice(start, node.end).replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, '');
}

const signature = (node) =>
  written(node)
    .replace(/^export (declare )?/, '')
    .replace(/;$/, '')
    .replaceAll(/\s*\n\s*/g, ' ');

function isHidden(member) {
  return ts.isConstructorDeclaration(member) || (member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

function membersOf(node) {
  return (node.members ?? []).filter((member) => !isHidden(member));
}

function head({ name, node }) {
  const kind = ts.isClassDeclaration(node) ? 'class' : 'interface';
  const abstract = node.modifiers?.some(({ kind: each }) => each === ts.SyntaxKind.AbstractKeyword) ? 'abstract ' : '';
  const bases = (node.heritageClauses ?? []).map((clause) => clause.getText()).join(' ');
  return `${abstract}${kind} ${name}${bases === '' ? '' : ` ${bases}`}`;
}

/** Methods with a heading of their own, all else in a list. */
function section(entry) {
  const { node } = entry;
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) {
    return [`### \`${signature(node)}\``, told(node)];
  }
  const isMethod = (member) => ts.isMethodDeclaration(member) || ts.isMethodSignature(member);
  const fields = membersOf(node).filter((member) => !isMethod(member));
  const methods = membersOf(node).filter(isMethod);
  const inList = (member) => {
    const text = lines(told(member)).replaceAll(/\n+/g, ' ');
    return `- \`${signature(member).replace(/^readonly /, '')}\`${text === '' ? '' : `: ${text}`}`;
  };
  return [
    `### \`${head(entry)}\``,
    told(node),
    fields.map(inList).join('\n'),
    ...methods.flatMap((member) => [`#### \`${signature(member)}\``, told(member)]),
  ];
}

function rendered(folder) {
  const entries = exported(folder);
  const isError = ({ name }) => /Error$/.test(name) || name === 'isFedError';
  const isCode = ({ node }) => !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node);
  const chapters = [
    ['## Classes and functions', entries.filter((each) => isCode(each) && !isError(each))],
    ['## Errors', entries.filter((each) => isError(each))],
    ['## Types', entries.filter((each) => !isCode(each))],
  ];
  const parts = [
    '# API reference',
    'What `openstack-fed` exports. [library.md](library.md) is the guide. Made from the docstrings by `npm run docs`: change those, and not this page.',
    ...chapters.flatMap(([title, some]) => [title, ...some.flatMap(section)]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'fed-api-'));
let text;
try {
  const args = [join(top, 'scripts/types.mjs'), folder];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  text = rendered(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  process.stderr.write('docs/api.md is out of date: npm run docs\n');
  process.exit(1);
}
