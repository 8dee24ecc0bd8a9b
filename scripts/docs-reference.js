'use strict';

// Generates the API reference in Markdown from the type definitions, with TypeScript's own parser.

const fs = require('fs');
const path = require('path');
const ts = require('typescript5');

const root = path.join(__dirname, '..');
const MODULES = [
  { name: 'netsuite-tba', file: 'index.d.ts' },
  { name: 'netsuite-tba/gulp', file: 'gulp.d.ts' },
  { name: 'netsuite-tba/simulator', file: 'simulator/index.d.ts' },
];

/** Documentation as Markdown: `{@link x}` becomes code. */
function prose(comment) {
  const text =
    typeof comment === 'string' ? comment : (comment || []).map((part) => (part.name ? `\`${part.name.getText()}\`` : part.text)).join('');
  return text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

function documentation(node) {
  const [doc] = (node.jsDoc || []).slice(-1);
  const tags = (doc && doc.tags) || [];
  const named = (name) => tags.filter((tag) => tag.tagName.text === name);
  const raw = (tag) => (typeof tag.comment === 'string' ? tag.comment : prose(tag.comment)).trim();
  return {
    text: doc ? prose(doc.comment) : '',
    parameters: named('param').map((tag) => `\`${tag.name.getText()}\`: ${prose(tag.comment)}`),
    throws: named('throws').map((tag) =>
      tag
        .getText()
        .replace(/^@throws\s*/, '')
        .replace(/\s*\*?\s*$/, '')
        .replace(/^\{(\w+)\}/, '`$1`')
        .replace(/\{@link (\w+)\}/g, '`$1`')
        .replace(/\s*\n\s*\*\s*/g, ' '),
    ),
    examples: named('example').map(
      (tag) =>
        tag
          .getText()
          .replace(/^@example\s*/, '')
          .replace(/^\s*\*\s?/gm, '')
          .trim() || raw(tag),
    ),
  };
}

/** A declaration without its comments and body. */
function signature(node, source) {
  const text = source.text.slice(node.getStart(source), node.getEnd());
  return text
    .replace(/^(export )?(declare )?/, '')
    .replace(/\/\*\*[\s\S]*?\*\/\s*/g, '')
    .trim();
}

function described(node, source, level, title, out) {
  const { text, parameters, throws, examples } = documentation(node);
  out.push(`${'#'.repeat(level)} ${title}`, '');
  if (text) out.push(text, '');
  if (level > 2 || ts.isFunctionDeclaration(node)) out.push('```ts', signature(node, source), '```', '');
  if (parameters.length) out.push(...parameters.map((each) => `* ${each}`), '');
  for (const each of throws) out.push(`Throws: ${each}`, '');
  for (const each of examples) out.push('```js', each, '```', '');
}

const isPlain = (member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) || ts.isGetAccessor(member);
const nameOf = (node, source) => (node.name ? node.name.getText(source) : 'constructor');
const cell = (text) => text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|');

function table(members, source, out) {
  if (!members.length) return;
  out.push('| property | type | |', '| --- | --- | --- |');
  for (const member of members) {
    const type = member.type ? member.type.getText(source) : '';
    out.push(
      `| \`${nameOf(member, source)}${member.questionToken ? '?' : ''}\` | \`${cell(type)}\` | ${cell(documentation(member).text)} |`,
    );
  }
  out.push('');
}

function members(node, source, out) {
  const shown = node.members.filter(
    (member) =>
      !ts.isIndexSignatureDeclaration(member) && !(member.modifiers || []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword),
  );
  table(shown.filter(isPlain), source, out);
  for (const member of shown.filter((each) => !isPlain(each))) {
    const title = ts.isConstructorDeclaration(member) ? `new ${node.name.text}()` : `${node.name.text}: ${nameOf(member, source)}()`;
    described(member, source, 4, title, out);
  }
}

/** The error codes have their own page. */
function union(node, source, out) {
  if (node.name.text === 'TbaErrorCode') out.push('One of the codes of [Troubleshooting](troubleshooting.md).', '');
  else out.push('```ts', signature(node, source), '```', '');
}

function moduleReference({ name, file }) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const out = [`## ${name}`, ''];
  const whole = source.statements.filter(ts.isExportAssignment).map((each) => each.expression.getText(source));
  const isPublic = (each) =>
    (each.modifiers || []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ||
    (ts.isFunctionDeclaration(each) && whole.includes(each.name.text));
  for (const node of source.statements.filter(isPublic)) {
    const kind = ts.isClassDeclaration(node) ? 'class ' : '';
    const title = whole.includes(node.name.text) ? 'The whole module' : node.name.text;
    described(node, source, 3, `${kind}${title}${ts.isFunctionDeclaration(node) && title === node.name.text ? '()' : ''}`, out);
    const code = out.lastIndexOf('```ts');
    if (!ts.isFunctionDeclaration(node) && code >= 0) {
      // The members follow one by one, so the whole declaration would repeat them.
      const end = out.indexOf('```', code + 1);
      out.splice(code, end - code + 2);
    }
    if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) members(node, source, out);
    else if (ts.isTypeAliasDeclaration(node)) union(node, source, out);
  }
  return out.join('\n');
}

function reference(notice) {
  const start = `# API reference\n\n${notice}\n\nCommonJS and ES modules: \`require('netsuite-tba')\` and \`import { authenticate } from 'netsuite-tba'\` give the same functions. Types are included.\n`;
  return `${start}\n${MODULES.map(moduleReference).join('\n')}`;
}

module.exports = { reference };
