// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { checkMutants } = require('../../tools/check-mutants');
const { applyPatch, formatPatch, parsePatch } = require('../../tools/patch');
const { refreshPatch } = require('../../tools/refresh');
const { withTree } = require('./tree');

const FILE = 'src/core/queue.c';

const SOURCE = `static int
queue_take(struct queue *self) {
  int item = self->head;
  if (item == 0) return -1;
  self->head = queue_next(self, item);
  return item;
}

static int
queue_put(struct queue *self, int item) {
  if (self->is_closed) return -1;
  self->tail = item;
  queue_wake(self, self->waiters);
  return 0;
}
`;

const HEAD = `Contract: 4 no lost wake-ups
Mistake: nobody is woken
Test: core/queue_test wakes`;

// Takes the wake-up out of queue_put.
const PATCH = `${HEAD}

--- a/${FILE}
+++ b/${FILE}
@@ -10,6 +10,5 @@ queue_put(struct queue *self, int item) {
 queue_put(struct queue *self, int item) {
   if (self->is_closed) return -1;
   self->tail = item;
-  queue_wake(self, self->waiters);
   return 0;
 }
`;

// Puts a line into queue_take.
const ADDITION = `${HEAD}

--- a/${FILE}
+++ b/${FILE}
@@ -2,6 +2,7 @@ queue_take(struct queue *self) {
 queue_take(struct queue *self) {
   int item = self->head;
   if (item == 0) return -1;
+  self->count--;
   self->head = queue_next(self, item);
   return item;
 }
`;

const applied = (root, text) =>
  Object.fromEntries(applyPatch(root, parsePatch(text)).map(({ file, after }) => [file, after]));

// Refreshes the patch in a tree of these files, and applies it there.
function refreshIn(files, text, { moved = {}, renamed = {} } = {}) {
  return withTree(files, (root) => {
    const moves = new Map(Object.entries(moved));
    const { patch, notes } = refreshPatch(root, parsePatch(text), moves, new Map(Object.entries(renamed)));
    const written = formatPatch(patch);
    return { written, notes, files: applied(root, written) };
  });
}

describe('tools/patch.js: a patch is applied exactly or not at all', () => {
  it('writes what it has read', () => {
    assert.strictEqual(formatPatch(parsePatch(PATCH)), PATCH);
  });

  it('finds lines that have moved as they are', () => {
    const lower = `\n\n${SOURCE}`;
    withTree({ [FILE]: lower }, (root) => {
      assert.strictEqual(applied(root, PATCH)[FILE], lower.replace(/ {2}queue_wake.*\n/, ''));
    });
  });

  it('refuses a context of which one line has changed, and says which hunk', () => {
    withTree({ [FILE]: SOURCE.replace('= item;\n  queue_wake', '= item + 1;\n  queue_wake') }, (root) => {
      assert.throws(() => applied(root, PATCH), /queue\.c: the lines of @@ -10 queue_put\(.* are not there any more/);
    });
  });

  it('refuses a context that stands in two places', () => {
    withTree({ [FILE]: SOURCE + SOURCE }, (root) => {
      assert.throws(() => applied(root, PATCH), /stand in 2 places: lines 10, 25/);
    });
  });

  it('refuses a file that is gone, and a hunk of another length than it says', () => {
    withTree({ [FILE]: SOURCE }, (root) => {
      const gone = PATCH.replaceAll(FILE, 'src/core/ring.c');
      assert.throws(() => applied(root, gone), /src\/core\/ring\.c is not there any more/);
      assert.throws(() => applied(root, PATCH.replace('+10,5', '+10,6')), /are 6,5, and not 6,6/);
    });
  });
});

describe('tools/refresh.js: a patch is written anew', () => {
  const without = (source) => source.replace(/ *queue_wake\([^;]*;\n/, '');

  it('as it was, where nothing has changed', () => {
    const { written, notes } = refreshIn({ [FILE]: SOURCE }, PATCH);
    assert.strictEqual(written, PATCH);
    assert.deepStrictEqual(notes, []);
  });

  it('with the context that stands there now', () => {
    const source = SOURCE.replace('  self->tail = item;\n', '  self->tail = item + 1;\n  self->count++;\n');
    const { written, notes, files } = refreshIn({ [FILE]: source }, PATCH);
    assert.strictEqual(files[FILE], without(source));
    assert.match(written, /^ {3}self->count\+\+;$/m);
    assert.ok(written.startsWith(`${HEAD}\n\n--- a/`), written);
    assert.match(notes[0], /^src\/core\/queue\.c:14 \(\d\d % of the context, in its function\)$/);
  });

  it('where a line was broken and moved to the right', () => {
    const source = SOURCE.replace('  queue_wake(self, self->waiters);\n',
      '  if (item != 0)\n    queue_wake(self,\n               self->waiters);\n');
    const weaker = PATCH.replace('-  queue_wake(self, self->waiters);\n', '$&+  queue_wake(self, 1);\n').replace('10,5', '10,6');
    const { files } = refreshIn({ [FILE]: source }, weaker);
    assert.strictEqual(files[FILE], source.replace(/ {4}queue_wake[^;]*;/, '    queue_wake(self, 1);'));
  });

  it('where a line is added and its neighbours have changed', () => {
    const source = SOURCE.replace('  int item = self->head;\n', '  int item = queue_first(self);\n');
    const { files } = refreshIn({ [FILE]: source }, ADDITION);
    assert.strictEqual(files[FILE], source.replace('  self->head = queue_next', '  self->count--;\n$&'));
  });

  it('with words that have other names now', () => {
    const source = SOURCE.replaceAll('queue_wake', 'park_grant').replaceAll('waiters', 'sleepers');
    const renamed = { queue_wake: 'park_grant', waiters: 'sleepers' };
    const { written } = refreshIn({ [FILE]: source }, PATCH, { renamed });
    assert.match(written, /^- {2}park_grant\(self, self->sleepers\);$/m);
  });

  it('in the file that it is told of, and in that alone', () => {
    const files = { 'src/core/ring.c': SOURCE, 'src/node/copy.c': SOURCE };
    const { written, files: after } = refreshIn(files, PATCH, { moved: { [FILE]: ['src/core/ring.c'] } });
    assert.deepStrictEqual(Object.keys(after), ['src/core/ring.c']);
    assert.match(written, /^\+\+\+ b\/src\/core\/ring\.c$/m);
  });

  it('in a file that it finds by itself, when its own is gone', () => {
    const { files } = refreshIn({ 'src/node/ring.c': SOURCE, 'src/node/other.c': 'int other;\n' }, PATCH);
    assert.deepStrictEqual(files, { 'src/node/ring.c': without(SOURCE) });
  });

  it('in two files, when a file was divided', () => {
    const [take, put] = SOURCE.split('\n\n');
    const both = `${ADDITION}${PATCH.slice(PATCH.indexOf('@@'))}`;
    const { files } = refreshIn({ 'src/core/take.c': `${take}\n`, 'src/core/put.c': put }, both);
    assert.deepStrictEqual(Object.keys(files).sort(), ['src/core/put.c', 'src/core/take.c']);
    assert.strictEqual(files['src/core/put.c'], without(put));
  });

  it('with more context than three lines, where those stand twice', () => {
    const body = '  a();\n  b();\n  c();\n  wake();\n  d();\n  e();\n  f();\n';
    const source = `void\none(void) {\n${body}}\n\nvoid\ntwo(void) {\n${body}}\n`;
    const patch = `${HEAD}\n\n--- a/${FILE}\n+++ b/${FILE}\n@@ -3,6 +3,5 @@ two(void) {\n two(void) {\n`
      + '   a();\n   b();\n   c();\n-  wake();\n   d();\n';
    const { files } = refreshIn({ [FILE]: source }, patch);
    const last = source.lastIndexOf('  wake();\n');
    assert.strictEqual(files[FILE], source.slice(0, last) + source.slice(last + '  wake();\n'.length));
  });

  it('not, where two places are as likely', () => {
    const files = { 'src/core/ring.c': SOURCE, 'src/node/copy.c': SOURCE };
    assert.throws(() => refreshIn(files, PATCH), /no place that is beyond doubt: .*ring\.c:13 .*copy\.c:13 /);
  });

  it('not, where the lines that it removes are nowhere', () => {
    assert.throws(() => refreshIn({ [FILE]: without(SOURCE) }, PATCH), /'queue_wake.*: nothing is like it/);
  });

  it('not, where short lines are left of it in another function', () => {
    const patch = PATCH.replace('-  queue_wake(self, self->waiters);\n   return 0;\n',
      '   queue_wake(self, self->waiters);\n-  return 0;\n');
    const source = SOURCE.replace(/static int\nqueue_put[^]*/, 'int\nother(void) {\n  step();\n  return 0;\n}\n');
    assert.throws(() => refreshIn({ [FILE]: source }, patch), /'return 0;' .* beyond doubt: src\/core\/queue\.c:12 /);
  });
});

describe('tools/check-mutants.js: each seeded mistake fits the tree', () => {
  const right = {
    [FILE]: SOURCE,
    'src/core/queue.h': 'struct queue { int count; /* of size */ };\n',
    'test/core/queue_test.c': '',
    'test/mutants/01-nobody-is-woken.patch': PATCH,
    'test/mutants/02-counts-down.patch': ADDITION,
  };

  it('passes a tree that is right', () => {
    withTree(right, (root) => assert.deepStrictEqual(checkMutants(root), []));
  });

  const wrong = {
    'a patch does not apply': [{ [FILE]: SOURCE.replace('item == 0', 'item < 0') }, /02-.*not there any more/],
    'a name that it adds is not there any more': [{ 'test/mutants/02-counts-down.patch': ADDITION.replace('count--', 'size--') }, /02-.*the library has no size$/m],
    'its test is missing': [{ 'test/core/queue_test.c': null }, /01-.*there is no test\/core\/queue_test\.c/],
    'a line is missing': [{ 'test/mutants/01-nobody-is-woken.patch': PATCH.replace(/^Test.*\n/m, '') }, /01-.*Test:/],
    'a number is missing': [{ 'test/mutants/02-counts-down.patch': null, 'test/mutants/03-x.patch': ADDITION }, /0 patches have the number 2/],
    'a number is there twice': [{ 'test/mutants/01-x.patch': ADDITION }, /2 patches have the number 1/],
  };
  for (const [what, [changes, message]] of Object.entries(wrong)) {
    it(`fails when ${what}`, () => {
      const files = Object.entries({ ...right, ...changes }).filter(([, text]) => text !== null);
      withTree(Object.fromEntries(files), (root) => assert.match(checkMutants(root).join('\n'), message));
    });
  }
});
