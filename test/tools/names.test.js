// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { checkNames } = require('../../tools/check-names');
const { withTree } = require('./tree');

const right = {
  'src/core/queue.c': `
bool
tsfn__queue_is_full(const struct tsfn__queue *self) {
  return false;
}

static bool
has_room(const struct tsfn__queue *self, size_t count) {
  return true;
}

bool
tsfn__os_thread_is_main(void) {
  return true;
}

static bool
is_equal(int a, int b) {
  return a == b;
}
`,
  'src/core/park.c': `
static void
park_wait(struct tsfn__park *self) {
}
`,
};

const wrong = {
  'a question takes what it may change': ['src/core/park.c', `
bool
tsfn__park_is_empty(struct tsfn__park *self) {
  return true;
}
`, /tsfn__park_is_empty asks/],
  'a static question does': ['src/core/park.c', `
static bool
can_wait(struct tsfn__park *self, int n) {
  return true;
}
`, /can_wait asks/],
  'two files have a static function of one name': ['src/core/park.c', `
static bool
has_room(const struct tsfn__park *self) {
  return true;
}
`, /src\/core\/park\.c, src\/core\/queue\.c: a static function has_room/],
};

describe('tools/check-names.js: a name says what it is', () => {
  it('passes a tree that is right', () => {
    withTree(right, (tree) => assert.deepStrictEqual(checkNames(tree), []));
  });

  for (const [what, [file, text, message]] of Object.entries(wrong)) {
    it(`fails when ${what}`, () => {
      withTree({ ...right, [file]: text }, (tree) => {
        const problems = checkNames(tree);
        assert.strictEqual(problems.length, 1, problems.join('\n'));
        assert.match(problems[0], message);
      });
    });
  }
});
