// SPDX-License-Identifier: MIT
'use strict';

// Lays out TypeScript in lines of 80 columns. A document is one of
//
//   a string           text without line ends
//   an Array           documents, one behind the other
//   { name }           a declaration (types.js), of which the name is printed
//   list(...)          items between brackets
//   union(...)         alternatives
//
// A list or a union stands in one line where that fits; else each of its parts
// begins a line. What is outside is broken before what is inside.

const WIDTH = 80;
const STEP = 2;

// `trailing`: whether a comma may follow the last item.
function list(open, items, close, trailing = true) {
  return { open, items, close, trailing };
}

// An alternative that holds an arrow stands in parentheses beside others.
function union(alternatives) {
  if (alternatives.length === 1) return alternatives[0];
  const hasArrow = (doc) => [doc].flat().some((part) => typeof part === 'string' && part.includes('=>'));
  return { alternatives: alternatives.map((doc) => (hasArrow(doc) ? ['(', doc, ')'] : doc)) };
}

// The document in one line.
function flatten(doc) {
  if (typeof doc === 'string') return doc;
  if (Array.isArray(doc)) return doc.map(flatten).join('');
  if (doc.alternatives) return doc.alternatives.map(flatten).join(' | ');
  if (doc.items) return doc.open + doc.items.map(flatten).join(', ') + doc.close;
  return doc.name;
}

const isBreakable = (doc) => Boolean(doc.alternatives || doc.items);

// The columns that parts take up to the first place where the line may end.
function widthBeforeBreak(parts) {
  const at = parts.findIndex(isBreakable);
  if (at === -1) return flatten(parts).length;
  return flatten(parts.slice(0, at)).length + (parts[at].open || '').length;
}

const lineStart = (indent) => `\n${' '.repeat(indent)}`;

function breakList({ open, items, close, trailing }, indent) {
  const inner = indent + STEP;
  const lines = items.map((item, index) => {
    const comma = trailing || index < items.length - 1 ? ',' : '';
    return lineStart(inner) + print(item, inner, inner, comma.length) + comma;
  });
  return open + lines.join('') + lineStart(indent) + close;
}

function breakUnion({ alternatives }, indent) {
  const inner = indent + STEP;
  const lines = alternatives.map((doc) => `${lineStart(inner)}| ${print(doc, inner + STEP, inner + 2, 0)}`);
  return lines.join('');
}

// `column` is where the document begins, `rest` how many columns must stay free
// behind it.
function print(doc, indent, column, rest) {
  const parts = [doc].flat(Infinity);
  let text = '';
  let at = column;
  parts.forEach((part, index) => {
    const flat = flatten(part);
    const behind = parts.slice(index + 1);
    const needed = widthBeforeBreak(behind) + (behind.some(isBreakable) ? 0 : rest);
    const fits = !isBreakable(part) || at + flat.length + needed <= WIDTH;
    const printed = fits ? flat : part.items ? breakList(part, indent) : breakUnion(part, indent);
    text += printed;
    at = printed.includes('\n') ? printed.length - printed.lastIndexOf('\n') - 1 : at + printed.length;
  });
  return text;
}

// The text of a document that begins a line at `indent`.
function layout(doc, indent = 0) {
  return (' '.repeat(indent) + print(doc, indent, indent, 0)).replace(/ +$/gm, '');
}

// A comment of whole lines from text that an author wrote. A line that begins with
// a space stays as it is: it may be an example.
function comment(text, indent = 0) {
  const margin = ' '.repeat(indent);
  const lines = text.replace(/\*\//g, '*\\/').trim().split(/\r?\n/).map((line) => line.trimEnd());
  const single = `${margin}/** ${lines[0]} */`;
  if (lines.length === 1 && single.length <= WIDTH) return single;
  const wrapped = lines.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, WIDTH - indent - ' * '.length)));
  return [`${margin}/**`, ...wrapped.map((line) => `${margin} * ${line}`.trimEnd()), `${margin} */`].join('\n');
}

// The words of a line in lines of that width, but for a longer word.
function wrap(line, width) {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines[lines.length - 1];
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

module.exports = { comment, flatten, layout, list, union };
