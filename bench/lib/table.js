// SPDX-License-Identifier: MIT
'use strict';

const Table = require('cli-table3');

const HEAD = ['scenario', 'params', 'ours', 'peer', '', 'unit', 'ratio', '95%', 'target', 'reached'];
const RIGHT = ['ours', 'peer', 'ratio', '95%'];

// Three digits that count, but no exponents.
function formatNumber(value) {
  if (typeof value !== 'number') return value === null ? '' : String(value);
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 3));
}

const formatParams = (params) =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function formatReached({ target, reached, certain }) {
  if (target === null) return '';
  if (reached === null) return '-';
  return `${reached ? 'yes' : 'NO'}${certain ? '' : '?'}`;
}

function cellsOf(row) {
  const { spread } = row;
  return [
    row.scenario,
    formatParams(row.params),
    formatNumber(row.ours),
    formatNumber(row.peer),
    row.peer_name,
    row.unit,
    row.ratio === null ? '' : `${formatNumber(row.ratio)}x`,
    spread.ratio ? spread.ratio.map(formatNumber).join(' - ') : '',
    row.target === null ? '' : row.target,
    formatReached(row),
  ];
}

function formatTable(rows) {
  const table = new Table({
    head: HEAD,
    colAligns: HEAD.map((name) => (RIGHT.includes(name) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map(cellsOf));
  return table.toString();
}

module.exports = { formatTable, formatNumber, formatParams, formatReached };
