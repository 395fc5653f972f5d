"use strict";
// Spaces that are compared by cosine, layers after something is removed, two models side by side.

DRAW.spaces = (section, data) => {
  if (data.every((spaces) => spaces.length === 0)) return;
  const controls = part(section, "controls");
  const grid = part(section, "halves");
  const hidden = new Set();
  let run = chooseRun(controls, (i) => data[i].length > 0, (chosen) => { run = chosen; hidden.clear(); redrawLegend(); redraw(); });
  const names = (colours) => data[run].map((space, i) => ({ name: space.name, color: seriesColour(colours, i), space }));
  const shown = (colours) => names(colours).filter((s) => !hidden.has(s.name));
  const marked = data.some((spaces) => spaces.some(({ thresholds }) => thresholds.length > 0));
  /** @type {!Array<!Chart>} */
  const drawn = [];
  const redraw = () => drawn.forEach((chart) => chart.redraw());
  const redrawLegend = legend(controls, names, hidden, redraw);
  drawn.push(addChart(grid, {
    title: () => "Cosines of all pairs",
    about: "share of the pairs by their cosine" + (marked ? "; dashed: at most this share of unrelated pairs lies above" : ""),
    build: (colours) => histogram(colours, shown(colours)),
    table: () => [["from", "to", "space", "share"], ...shown(theme()).flatMap(({ name, space }) => space.bars.map((share, i) => [space.edges[i], space.edges[i + 1], name, share]))],
    summary: () => shown(theme()).map(({ name, space }) => name + ": most pairs near " + cosineText(mode(space)) + "."
      + space.thresholds.map((mark) => " At most " + mark.label + " above " + cosineText(mark.cosine) + ".").join("")).join(" "),
  }));
  const explained = (colours) => shown(colours).map((s) => ({
    name: s.name, color: s.color, plain: true, points: s.space.explained.map((share, i) => [i + 1, share]),
  }));
  const atComponent = (k) => "the first " + k + (k === 1 ? " component" : " components");
  drawn.push(addChart(grid, {
    title: () => "Explained variance",
    about: "share of the variance in the first principal components",
    build: (colours) => lines(colours, { series: explained(colours), axis: "whole", x: atComponent }),
    summary: () => describe(explained(theme()), atComponent),
    table: () => tableOf("components", explained(theme())),
  }));
};

/**
 * @typedef {{name: string, edges: !Array<number>, bars: !Array<number>, explained: !Array<number>,
 *     thresholds: !Array<{label: string, cosine: number}>}}
 */
let Space;

/**
 * A cosine as the Java side writes it: near 1 with as many decimals as tell it from 1.
 * @param {?number} value
 * @return {string}
 */
function cosineText(value) {
  const left = value === null ? 1 : 1 - Math.abs(value);
  if (left <= 0 || left >= 0.0095) return figure(value);
  return value.toFixed(Math.min(12, 1 - Math.floor(Math.log10(left)))).replace("-", "\u2212");
}

/**
 * The middle of the highest bar.
 * @param {{bars: !Array<number>, edges: !Array<number>}} space
 * @return {?number}
 */
function mode({ bars, edges }) {
  const highest = bars.indexOf(Math.max(...bars));
  return bars.length === 0 ? null : (edges[highest] + edges[highest + 1]) / 2;
}

const MARK_HEIGHT = 13;

/** @param {!Theme} colours @param {!Array<?>} shown */
function histogram(colours, shown) {
  const ends = shown.filter(({ space }) => space.bars.length > 0);
  const low = Math.min(...ends.map(({ space }) => space.edges[0]));
  const high = Math.max(...ends.map(({ space }) => space.edges[space.bars.length]));
  const marks = Math.max(0, ...shown.map(({ space }) => space.thresholds.length));
  const bar = (color) => (parameters, api) => {
    const [left, top] = api.coord([api.value(0), api.value(1)]);
    const [right, base] = api.coord([api.value(2), 0]);
    return { type: "rect", shape: { x: left, y: top, width: Math.max(1, right - left - 0.5), height: base - top }, style: { fill: color, opacity: 0.6 } };
  };
  return {
    grid: { left: 6, right: 18, top: 12 + MARK_HEIGHT * marks, bottom: 4, containLabel: true },
    xAxis: {
      type: "value", min: ends.length ? low : -1, max: ends.length ? high : 1,
      axisLine: { show: true, onZero: false, lineStyle: { color: colours.rule } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: tick },
    },
    yAxis: { type: "value", axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: colours.muted, fontSize: 11, formatter: (v) => tick(100 * v) + " %" }, splitLine: { lineStyle: { color: colours.rule } } },
    tooltip: {
      trigger: "item",
      formatter: (hit) => tip("cosine " + cosineText(hit.data[0]) + " to " + cosineText(hit.data[2]), [[hit.color, hit.seriesName, figure(100 * hit.data[1]) + " %"]]),
    },
    series: shown.map(({ name, color, space }) => ({
      type: "custom", name, color, encode: { x: 0, y: 1 }, renderItem: bar(color), clip: true,
      data: space.bars.map((share, i) => [space.edges[i], share, space.edges[i + 1]]),
      markLine: {
        silent: true, symbol: "none", lineStyle: { color, type: [4, 3], width: 1.5 },
        // Labels hang at different heights: thresholds may be close.
        data: space.thresholds.map((mark, i) => ({ xAxis: mark.cosine, label: { formatter: mark.label, color: colours.ink, fontSize: 11, position: "end", distance: 2 + MARK_HEIGHT * i } })),
      },
    })),
  };
}

DRAW.detail = (section, data) => {
  const has = (i) => data[i] !== null;
  if (!RUNS.some((_, i) => has(i))) return;
  const controls = part(section, "controls");
  const grid = part(section, "grid");
  const hidden = new Set();
  let run = chooseRun(controls, has, (chosen) => { run = chosen; hidden.clear(); redrawLegend(); redraw(); });
  const names = (colours) => data[run].names.map((name, i) => ({ name, color: seriesColour(colours, i), symbol: SYMBOLS[i % SYMBOLS.length], bold: i === 0, variant: i }));
  const redrawLegend = legend(controls, names, hidden, () => redraw());
  const drawn = data[run].figures.map((_, f) => {
    const series = (colours) => {
      const { layers, figures } = data[run];
      return names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
        points: figures[f].values[s.variant].map((value, i) => [layers[i], value]),
      }));
    };
    return addChart(grid, {
      title: () => data[run].figures[f].title,
      context: "after removal, by layer",
      about: "of the vectors as they are, and after something is removed from them",
      build: (colours) => lines(colours, { series: series(colours), axis: "whole", x: atLayer }),
      summary: () => describe(series(theme()), atLayer),
      table: () => tableOf("layer", series(theme())),
    });
  });
  const redraw = () => drawn.forEach((chart) => chart.redraw());
};

DRAW.pair = (section, data) => {
  const controls = part(section, "controls");
  const grid = part(section, "maps");
  let run = chooseRun(controls, (i) => data[i].length > 0, (chosen) => { run = chosen; chart.resize(); chart.redraw(); });
  const columns = () => Math.max(...data[run].map((row) => row.length));
  const left = 58;
  const bottom = 44;
  const cell = (width) => Math.min(46, (width - left - 8) / columns());
  const chart = addChart(grid, {
    title: () => "Debiased CKA of every two layers",
    about: "1: alike up to rotation, scale and shift; 0: unrelated",
    height: (width) => 6 + cell(width) * data[run].length + bottom,
    build: (colours, width) => {
      const edge = cell(width);
      const cells = data[run].flatMap((row, i) => row.map((value, j) => [j, i, value === null ? "-" : value]));
      const known = cells.map(([, , value]) => value).filter((value) => value !== "-");
      const label = { color: colours.ink, fontSize: Math.max(7, Math.min(12, edge / 2)), interval: 0 };
      const option = heatMap(colours, {
        rows: data[run].map((_, i) => String(i)), columns: Array.from({ length: columns() }, (_, i) => String(i)), cells, label,
        scale: { low: Math.min(0, ...known), high: 1, colours: colours.heat }, edges: { left, top: 6, width: edge * columns(), height: edge * data[run].length },
        border: 1,
        name: ([column, row]) => "layer " + row + " before \u00d7 layer " + column + " after", tells: ([, , value]) => [[null, "debiased CKA", figure(value === "-" ? null : value)]],
      });
      const name = { nameLocation: "middle", nameTextStyle: { color: colours.muted, fontSize: 11 } };
      Object.assign(option.xAxis, name, { name: "layer after", nameGap: 24 });
      Object.assign(option.yAxis, name, { name: "layer before", nameGap: 28 });
      Object.assign(option.series[0], { label: { show: edge > 30, fontSize: 10, formatter: (hit) => (hit.data[2] === "-" ? "" : hit.data[2].toFixed(2).replace("-", "\u2212")) } });
      return option;
    },
    table: () => [["layer before", "layer after", "debiased CKA"], ...data[run].flatMap((row, i) => row.map((value, j) => [i, j, value]))],
    summary: () => {
      const diagonal = data[run].map((row, i) => (i < row.length ? row[i] : null)).filter((value) => value !== null);
      return "Rows before, columns after. " + (diagonal.length ? "Layers of the same number: from " + figure(diagonal[0]) + " at the first to " + figure(diagonal[diagonal.length - 1]) + " at the last." : "");
    },
  });
};
