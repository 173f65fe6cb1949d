// SPDX-License-Identifier: MIT
'use strict';

// Every seeded mistake (tools/mutants.js) is complete and fits the tree: it has
// its lines, its patch applies exactly, it names nothing that the library does not
// have (any more), and its test's file is there. They are
// numbered from 1; a number that is missing would be a mistake that was lost.

const fs = require('node:fs');
const path = require('node:path');
const { applyPatch, parsePatch } = require('./patch');
const { listC, listFiles, main, stripC } = require('./source');

const FOLDER = 'test/mutants';

function readMutant(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const patch = parsePatch(text);
  const field = (name) => (patch.head.match(new RegExp(`^${name}: *(.+)$`, 'm')) || [])[1];
  const test = field('Test') || '';
  const [where, ...title] = test.split(' ');
  if (!field('Contract') || !field('Mistake') || title.length === 0) {
    throw new Error('it needs the lines Contract:, Mistake: and Test:');
  }
  return {
    file,
    text,
    patch,
    test,
    where,
    title: title.join(' '),
    variant: field('Variant') || 'release',
    timeout: 1000 * Number(field('Timeout') || 60),
    host: field('Host'),
    runs: Number(field('Runs') || 1),
    mistake: field('Mistake'),
    contract: field('Contract'),
  };
}

const listMutants = (root) => listFiles(root, FOLDER, ['.patch']);

const wordsOf = (code) => stripC(code).match(/\b[A-Za-z_]\w*/g) || [];

// All words of the library's code.
function readWords(root) {
  const texts = listC(root, ['src', 'include']).map((file) => fs.readFileSync(path.join(root, file), 'utf8'));
  return new Set(texts.flatMap(wordsOf));
}

// Those of the changed files that are not among them, and that the change does not
// itself declare: names that have changed since it was written.
function unknownWords(files, words) {
  return files.flatMap(({ after }) => {
    const isDeclared = (word) => new RegExp(`(?<!\\breturn)\\b\\s+\\**${word}\\s*[=;,[]`).test(after);
    return [...new Set(wordsOf(after))].filter((word) => !words.has(word) && !isDeclared(word));
  });
}

function checkMutant(root, file, words) {
  try {
    const mutant = readMutant(root, file);
    const changed = applyPatch(root, mutant.patch);
    const test = path.join('test', mutant.where.endsWith('_test') ? `${mutant.where}.c` : mutant.where);
    return [
      ...unknownWords(changed, words).map((word) => `${file}: the library has no ${word}`),
      ...(fs.existsSync(path.join(root, test)) ? [] : [`${file}: there is no ${test}`]),
    ];
  } catch (error) {
    return [`${file}: ${error.message}`];
  }
}

function checkMutants(root) {
  const files = listMutants(root);
  const words = readWords(root);
  const problems = files.flatMap((file) => checkMutant(root, file, words));
  const numbers = files.map((file) => parseInt(path.basename(file), 10));
  for (let number = 1; number <= files.length; number++) {
    const count = numbers.filter((one) => one === number).length;
    if (count !== 1) problems.push(`${FOLDER}: ${count} patches have the number ${number}`);
  }
  if (problems.some((problem) => /not there any more|places/.test(problem))) {
    problems.push('node tools/mutants.js --refresh finds where the lines are now');
  }
  return problems;
}

module.exports = { checkMutants, listMutants, readMutant, readWords, unknownWords };
if (require.main === module) main('mutants', checkMutants);
