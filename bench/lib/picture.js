// SPDX-License-Identifier: MIT
'use strict';

// The picture: how many times faster ours is than the host's own, a bar for
// each row, its 95% interval, and a mark where the target is. Vega renders it
// to text, without a browser or a canvas.

const { NEVER } = require('./contest');
const { formatParams, formatNumber } = require('./table');

const WIDTH = 480;
const STEP = 22;

const colorOf = ({ target, reached }) =>
  target === null ? '#9db7cf' : reached ? '#4c9a5b' : '#c25b4e';

// A peer that never finishes has no bar, but its word.
function barsOf(rows) {
  return rows
    .filter(({ ratio, peer, peer_name: name }) => name === 'node' && (ratio !== null || peer === NEVER))
    .map((row) => {
      const [low, high] = row.spread.ratio || [1, 1];
      return {
        name: [row.scenario, formatParams(row.params)].filter(Boolean).join(': '),
        ratio: row.ratio === null ? 1 : row.ratio,
        low,
        high,
        target: parseFloat(row.target) || null,
        color: colorOf(row),
        text: row.ratio === null ? `the host's ${NEVER}` : `${formatNumber(row.ratio)}x`,
      };
    });
}

const at = (field) => ({ scale: 'x', field });
const middle = { scale: 'y', field: 'name', band: 0.5 };

function marks() {
  return [
    {
      type: 'rect',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { scale: 'x', value: 1 },
          x2: at('ratio'),
          y: { scale: 'y', field: 'name', offset: 3 },
          height: { scale: 'y', band: 1, offset: -6 },
          fill: { field: 'color' },
        },
      },
    },
    {
      type: 'rule',
      from: { data: 'bars' },
      encode: {
        enter: { x: at('low'), x2: at('high'), y: middle, stroke: { value: '#222' } },
      },
    },
    {
      type: 'symbol',
      from: { data: 'targets' },
      encode: {
        enter: {
          x: at('target'),
          y: middle,
          shape: { value: 'stroke' },
          angle: { value: 90 },
          size: { value: 200 },
          stroke: { value: '#222' },
          strokeWidth: { value: 2 },
        },
      },
    },
    {
      type: 'text',
      from: { data: 'bars' },
      encode: {
        enter: {
          x: { value: WIDTH + 8 },
          y: middle,
          baseline: { value: 'middle' },
          text: { field: 'text' },
        },
      },
    },
  ];
}

function specificationOf(rows, title) {
  const bars = barsOf(rows);
  const all = bars.flatMap(({ low, high, target }) => [low, high, target || 1]);
  return {
    width: WIDTH,
    height: Math.max(1, bars.length) * STEP,
    padding: { left: 8, top: 8, bottom: 8, right: 160 },
    background: 'white',
    title: { text: 'Times faster than napi_threadsafe_function', subtitle: title },
    data: [
      { name: 'bars', values: bars },
      { name: 'targets', values: bars.filter(({ target }) => target !== null) },
    ],
    scales: [
      {
        name: 'x',
        type: 'log',
        range: 'width',
        domain: [Math.min(0.5, ...all), Math.max(100, ...all)],
      },
      { name: 'y', type: 'band', range: 'height', domain: bars.map(({ name }) => name) },
    ],
    axes: [
      {
        scale: 'x',
        orient: 'bottom',
        grid: true,
        values: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
        format: '~g',
      },
      { scale: 'y', orient: 'left', labelLimit: 0, ticks: false },
    ],
    marks: marks(),
  };
}

// Resolves with an SVG document.
async function draw(rows, title) {
  const vega = await import('vega');
  const view = new vega.View(vega.parse(specificationOf(rows, title)), { renderer: 'none' });
  return view.toSVG();
}

module.exports = { draw };
