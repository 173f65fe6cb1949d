// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { checkSizes, listFunctions } = require('../../tools/check-sizes');
const { withTree } = require('./tree');

const lines = (n, line = '  work();\n') => line.repeat(n);
const body = (n) => `static int\nf(int a,\n  int b) {\n${lines(n)}}\n`;
const check = (text) => withTree({ 'src/core/x.c': text }, checkSizes);

describe('tools/check-sizes.js: files and functions stay small', () => {
  it('passes a file of 600 lines and a function of 80', () => {
    assert.deepStrictEqual(check(lines(600, '\n')), []);
    assert.deepStrictEqual(check(body(76)), []);
  });

  it('fails on a file of 601 lines', () => {
    assert.match(check(lines(601, '\n'))[0], /x\.c: 601 lines/);
  });

  it('fails on a function of 81 lines, names and places it', () => {
    assert.match(check(`int x;\n${body(77)}`)[0], /x\.c:2: f has 81 lines/);
  });

  it('fails on a line of 81 columns, in a comment too', () => {
    assert.match(check(`/* ${'x'.repeat(75)} */\n`)[0], /x\.c:1: 81 columns/);
  });

  it('is not misled by tables, macros, strings, comments or extern "C"', () => {
    const text = [
      '#define BODY(x) \\',
      '  void x(void) { \\',
      'extern "C" {',
      'struct s { int a; };',
      'static const int table[] = {1, 2};',
      'enum { A };',
      "static void g(void) { char c = '{'; const char *s = \"{\"; /* { */ }",
      'TEST(name, "a sentence") {',
      '}',
      '}',
    ].join('\n');
    assert.deepStrictEqual(listFunctions(text), [
      { name: 'g', first: 7, last: 7 },
      { name: 'TEST', first: 8, last: 9 },
    ]);
  });
});
