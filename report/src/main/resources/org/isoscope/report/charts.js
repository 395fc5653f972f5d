"use strict";
// How charts are drawn: one ECharts instance a figure, tooltips made of text nodes, legends and controls
// as ordinary HTML, pictures and tables to save. Knows nothing of what is drawn.

const darkScreen = window.matchMedia("(prefers-color-scheme: dark)");
const onPaper = window.matchMedia("print");

/**
 * A chart on the page.
 * @typedef {{root: !Element, plot: !HTMLElement, instance: ?, redraw: function(): void, resize: function(): void, remove: function(): void}}
 */
let Chart;

/** @type {!Array<!Chart>} */
const charts = [];

/**
 * What is drawn as a line, or dots. Points are [x, y, interval].
 * @typedef {{name: string, color: string, points: !Array<!Array<?>>, dashed: (boolean|undefined), bold: (boolean|undefined),
 *     plain: (boolean|undefined), gaps: (boolean|undefined), faint: (boolean|undefined), symbol: (string|undefined)}}
 */
let Series;

/**
 * What a chart is. `build(theme, width)` gives an ECharts option, `summary()` the chart in words, `title()`
 * its name, `table()` its figures as rows, the first of which heads them; all are called anew whenever they
 * are needed. `context` tells it from a chart of the same name elsewhere; `height(width)` where it is not fixed.
 * @typedef {{title: function(): string, context: (string|undefined), about: (string|undefined), defined: (string|undefined),
 *     build: function(!Theme, number): !Object, summary: function(): string, table: function(): !Array<!Array<?>>,
 *     height: ((function(number): number)|undefined)}}
 */
let ChartKind;

/**
 * Adds a figure to `parent`.
 * @param {!Element} parent
 * @param {!ChartKind} kind
 * @return {!Chart}
 */
function addChart(parent, { title, context, about, defined, build, summary, table, height }) {
  const whole = () => title() + (context ? ", " + context : "");
  const heading = make("h3");
  const caption = make("figcaption", {}, heading, make("p", {}, about || ""));
  if (defined) caption.append(make("details", { className: "defined" }, make("summary", {}, "Definition"), make("p", {}, defined)));
  const plot = make("div", { className: "plot" });
  const saves = make("div", { className: "saves", role: "group" });
  const root = make("figure", {}, caption, plot, saves);
  plot.setAttribute("role", "img");
  parent.append(root);
  const sized = () => { if (height) plot.style.height = height(plot.clientWidth) + "px"; };
  sized();
  const instance = echarts.init(plot, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio || 1) });
  /** @type {!Chart} */
  const chart = {
    root, plot, instance,
    redraw() {
      const colours = theme();
      heading.textContent = title();
      saves.setAttribute("aria-label", "Save: " + whole());
      plot.setAttribute("aria-label", whole() + ". " + summary());
      instance.setOption(dressed(build(colours, plot.clientWidth), colours), { notMerge: true });
    },
    resize() {
      // While on paper, the style scales the picture that is there.
      if (onPaper.matches || plot.clientWidth === 0) return;
      sized();
      instance.resize();
      if (height) chart.redraw();
    },
    remove() {
      observer.disconnect();
      charts.splice(charts.indexOf(chart), 1);
      instance.dispose();
      root.remove();
    },
  };
  for (const [format, save] of /** @type {!Array<!Array<?>>} */ ([
    ["PNG", () => savePicture(whole(), build(theme(), plot.clientWidth), "png")],
    ["SVG", () => savePicture(whole(), build(theme(), plot.clientWidth), "svg")],
    ["CSV", () => saveTable(whole(), table())],
  ])) {
    const button = make("button", { type: "button", title: "Save as " + format }, format);
    button.addEventListener("click", save);
    saves.append(button);
  }
  let width = plot.clientWidth;
  const observer = new ResizeObserver(() => {
    if (plot.clientWidth !== width) {
      width = plot.clientWidth;
      chart.resize();
    }
  });
  observer.observe(plot);
  charts.push(chart);
  chart.redraw();
  return chart;
}

/**
 * What all charts share.
 * @param {!Object} option
 * @param {!Theme} colours
 * @return {!Object}
 */
function dressed(option, colours) {
  return Object.assign({
    animation: false,
    textStyle: { fontFamily: colours.font, color: colours.ink },
    tooltip: Object.assign({
      // The formatters return elements made of text nodes; confined, ECharts adds no markup of its own.
      confine: true,
      backgroundColor: colours.raised, borderColor: colours.rule, borderWidth: 1, padding: [6, 10],
      textStyle: { color: colours.ink },
    }, option.tooltip),
  }, Object.fromEntries(Object.entries(option).filter(([key]) => key !== "tooltip")));
}

/**
 * A tooltip: a heading and rows of [colour, name, value].
 * @param {string} heading
 * @param {!Array<!Array<?>>} rows
 * @return {!Element}
 */
function tip(heading, rows) {
  const body = make("tbody");
  for (const [colour, name, value] of rows) {
    body.append(make("tr", {},
      make("th", { scope: "row" }, ...(colour ? [swatch(colour), " "] : []), make("bdi", {}, name)),
      make("td", { className: "number" }, value)));
  }
  return make("div", { className: "tip" }, make("strong", {}, make("bdi", {}, heading)), make("table", {}, body));
}

/**
 * @param {string} colour
 * @param {boolean=} dashed
 * @return {!Element}
 */
function swatch(colour, dashed) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 18 8", width: 18, height: 8, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M1 4h16");
  line.setAttribute("stroke", colour || "none");
  line.setAttribute("stroke-width", "3.5");
  line.setAttribute("stroke-linecap", "round");
  if (dashed) line.setAttribute("stroke-dasharray", "3 5.5");
  svg.append(line);
  return svg;
}

/**
 * Draws the chart once more, larger, with title and legend, and hands it over.
 * @param {string} title
 * @param {?} option
 * @param {string} format png or svg
 */
function savePicture(title, option, format) {
  const colours = theme();
  const square = Boolean(option.visualMap);
  const [width, height] = square ? [960, 1000] : [960, 600];
  const stage = make("div");
  Object.assign(stage.style, { position: "absolute", left: "-10000px", width: width + "px", height: height + "px" });
  document.body.append(stage);
  const instance = format === "svg"
    ? echarts.init(null, null, { renderer: "svg", ssr: true, width, height })
    : echarts.init(stage, null, { renderer: "canvas", devicePixelRatio: 2 });
  const picture = dressed(option, colours);
  instance.setOption(Object.assign({}, picture, {
    backgroundColor: colours.paper,
    title: { text: title, left: 20, top: 14, textStyle: { color: colours.ink, fontSize: 18, fontWeight: 600, width: 900, overflow: "truncate" } },
    grid: square ? { left: 130, top: 100, width: 780, height: 780 } : Object.assign({}, picture.grid, { top: 100, left: 30, right: 40, bottom: 30 }),
    legend: square ? undefined : { show: picture.series.length > 1, top: 48, left: 16, type: "scroll", textStyle: { color: colours.ink }, pageTextStyle: { color: colours.ink } },
    visualMap: square ? Object.assign({}, option.visualMap, { show: true, orient: "horizontal", left: 20, top: 52, text: [tick(option.visualMap.max), tick(option.visualMap.min)], textStyle: { color: colours.ink } }) : undefined,
  }));
  const href = format === "svg"
    ? "data:image/svg+xml;charset=utf-8," + encodeURIComponent(instance.renderToSVGString())
    : instance.getDataURL({ type: "png", backgroundColor: colours.paper, pixelRatio: 2 });
  instance.dispose();
  stage.remove();
  hand(title, format, href);
}

/**
 * Hands over the figures of a chart: RFC 4180, every text in quotes.
 * @param {string} title
 * @param {!Array<!Array<?>>} rows
 */
function saveTable(title, rows) {
  /** @param {?} value */
  const cell = (value) => value === null || value === undefined ? ""
    : typeof value === "number" ? String(value)
      // A spreadsheet would take these for formulas.
      : '"' + String(value).replace(/^[=+\-@\t\r]/, "'$&").replace(/"/g, '""') + '"';
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  hand(title, "csv", "data:text/csv;charset=utf-8," + encodeURIComponent(text));
}

/**
 * @param {string} title
 * @param {string} format
 * @param {string} href
 */
function hand(title, format, href) {
  const name = "isoscope-" + title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) + "." + format;
  make("a", { href, download: name }).click();
}

/**
 * The figures of series, a row a point.
 * @param {string} axis what the first column is
 * @param {!Array<!Series>} series
 * @return {!Array<!Array<?>>}
 */
function tableOf(axis, series) {
  const banded = series.some((s) => s.points.some((point) => point[2]));
  return [[axis, "series", "value", ...(banded ? ["low", "high"] : [])],
    ...series.flatMap((s) => s.points.map(([x, y, interval]) => [x, s.name, y, ...(banded ? [interval ? interval.low : null, interval ? interval.high : null] : [])]))];
}

/** Redraws everything in the colours now in force. */
function redrawAll() {
  for (const chart of charts) chart.redraw();
  for (const legend of document.querySelectorAll(".legend")) legend.dispatchEvent(new Event("recolour"));
}
darkScreen.addEventListener("change", redrawAll);
onPaper.addEventListener("change", redrawAll);
// Before printing, style still has the screen's colours: ask for the light ones.
window.addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  redrawAll();
  for (const chart of charts) chart.instance.getZr().flush();
});
window.addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  redrawAll();
});

/**
 * A labelled choice. `options` are [value, text, group]; `changed(value)` follows every change.
 * @param {!Element} parent
 * @param {string} label
 * @param {!Array<!Array<?>>} options
 * @param {?} value
 * @param {function(string): void} changed
 * @return {!HTMLSelectElement}
 */
function choice(parent, label, options, value, changed) {
  const select = make("select");
  const groups = new Map();
  for (const [v, text, group] of options) {
    const option = make("option", { value: String(v) }, text);
    if (group === undefined) {
      select.append(option);
      continue;
    }
    if (!groups.has(group)) {
      groups.set(group, make("optgroup", { label: group }));
      select.append(groups.get(group));
    }
    groups.get(group).append(option);
  }
  select.value = String(value);
  select.addEventListener("change", () => changed(select.value));
  parent.append(make("label", {}, label, select));
  return select;
}

/**
 * A labelled slider over whole numbers, with its value in words.
 * @param {!Element} parent
 * @param {string} label
 * @param {number} most
 * @param {number} value
 * @param {function(number): string} words
 * @param {function(number): void} changed
 * @return {!HTMLInputElement}
 */
function slider(parent, label, most, value, words, changed) {
  const output = make("output");
  const input = make("input", { type: "range", min: "0", max: String(most), step: "1" });
  const tell = () => {
    output.textContent = words(+input.value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.value = String(value);
  input.addEventListener("input", () => { tell(); changed(+input.value); });
  tell();
  parent.append(make("label", {}, make("span", {}, label, ": ", output), input));
  return input;
}

/**
 * Buttons that switch series on and off in several charts. `entries(theme)` are {name, color, dashed};
 * `hidden` is the set of names switched off; `changed()` follows every change.
 * @param {!Element} parent
 * @param {function(!Theme): !Array<{name: string, color: string, dashed: (boolean|undefined)}>} entries
 * @param {!Set<string>} hidden
 * @param {function(): void} changed
 * @return {function(): void} draws it anew
 */
function legend(parent, entries, hidden, changed) {
  const root = make("div", { className: "legend", role: "group" });
  root.setAttribute("aria-label", "Series shown");
  const draw = () => {
    const focused = [...root.children].indexOf(document.activeElement);
    const all = entries(theme());
    root.hidden = all.length < 2;
    root.replaceChildren(...all.map(({ name, color, dashed }) => {
      const button = make("button", { type: "button" }, swatch(color, dashed), make("bdi", {}, name));
      button.setAttribute("aria-pressed", String(!hidden.has(name)));
      button.addEventListener("click", () => {
        if (!hidden.delete(name)) hidden.add(name);
        draw();
        changed();
      });
      return button;
    }));
    if (focused >= 0 && root.children[focused]) root.children[focused].focus();
  };
  root.addEventListener("recolour", draw);
  draw();
  parent.append(root);
  return draw;
}

/**
 * Where a step stands on an axis that doubles: 0 at 0, 1 at 1, 2 at 2, 4 at 3, 8 at 4.
 * @param {number} step
 * @return {number}
 */
const position = (step) => (step <= 0 ? 0 : 1 + Math.log2(step));
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"];

/**
 * A line chart. `axis` is "doubling" (steps), "whole" (layers) or "linear" (steps); `x(value)` names a place
 * on it; `mark` is a place that is marked; of more than MOST_TOLD lines the tooltip tells the nearest.
 * @param {!Theme} colours
 * @param {{series: !Array<!Series>, axis: string, x: function(number): string, mark: (?number|undefined)}} what
 * @return {!Object}
 */
function lines(colours, { series, axis, x, mark }) {
  const place = axis === "doubling" ? position : (value) => value;
  const largest = series.reduce((most, s) => s.points.reduce((m, [at]) => Math.max(m, place(at)), most), 0);
  return {
    grid: { left: 6, right: 14, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: "value", min: 0, max: axis === "linear" ? "dataMax" : Math.max(1, largest),
      interval: axis === "linear" ? undefined : Math.max(1, Math.ceil(largest / 8)),
      axisLine: { show: true, onZero: false, lineStyle: { color: colours.rule } }, axisTick: { show: false }, splitLine: { show: false },
      axisLabel: {
        color: colours.muted, fontSize: 11, hideOverlap: true, showMaxLabel: axis === "linear" ? true : undefined,
        formatter: (at) => axis === "doubling" ? (at === 0 ? "0" : Number.isInteger(at) ? tick(2 ** (at - 1)) : "") : Number.isInteger(at) ? tick(at) : "",
      },
    },
    yAxis: {
      type: "value", scale: true, splitNumber: 4, boundaryGap: ["4%", "4%"], axisLine: { show: false }, axisTick: { show: false },
      // What is never negative gets no negative axis.
      min: ({ min, max }) => (min >= 0 && min < 0.25 * (max - min) ? 0 : null),
      axisLabel: { color: colours.muted, fontSize: 11, formatter: tick },
      splitLine: { lineStyle: { color: colours.rule } },
    },
    tooltip: {
      trigger: "axis", axisPointer: { type: "line", lineStyle: { color: colours.muted } },
      formatter: (hits) => {
        const told = hits.filter((hit) => hit.data.length > 2 && hit.data[1] !== null);
        if (told.length === 0) return null;
        const rows = told.slice(0, MOST_TOLD).map((hit) => [hit.color, hit.seriesName, figure(hit.data[1]) + within(hit.data[3])]);
        return tip(x(told[0].data[2]), told.length > MOST_TOLD ? [...rows, [null, "and " + (told.length - MOST_TOLD) + " more", ""]] : rows);
      },
    },
    series: [...series.flatMap((s) => band(s, place)), ...series.map((s) => ({
      type: "line", name: s.name, color: s.color, connectNulls: !s.gaps,
      data: s.points.map(([at, y, interval]) => [place(at), y, at, interval]),
      showSymbol: !s.plain, symbol: s.symbol || "circle", symbolSize: s.bold ? 7 : 5,
      lineStyle: { width: s.bold ? 3 : 1.75, type: s.dashed ? [5, 4] : "solid", opacity: s.faint ? 0.35 : 1 },
      itemStyle: { opacity: s.faint ? 0.35 : 1 },
      z: s.bold ? 4 : 2,
    })), ...(mark === undefined || mark === null ? [] : [marked(colours, Math.min(place(mark), largest))])],
  };
}

/** Of so many lines the tooltip tells the figures. */
const MOST_TOLD = 14;

/**
 * A line across the chart at a place of its axis.
 * @param {!Theme} colours
 * @param {number} at
 * @return {!Object}
 */
const marked = (colours, at) => ({
  type: "line", data: [], silent: true, tooltip: { show: false },
  markLine: { silent: true, symbol: "none", animation: false, label: { show: false }, lineStyle: { color: colours.accent, type: "solid", width: 1.5 }, data: [{ xAxis: at }] },
});

/** @param {?Interval|undefined} interval */
const within = (interval) => (interval ? " (" + figure(interval.low) + " to " + figure(interval.high) + ")" : "");

/**
 * The band of a series' intervals, one shape drawn with its first point.
 * @param {!Series} series
 * @param {function(number): number} place
 * @return {!Array<!Object>}
 */
function band(series, place) {
  const intervals = series.points.filter(([, , interval]) => interval);
  if (intervals.length === 0) return [];
  /** @param {string} end */
  const along = (end) => intervals.map(([at, , interval]) => [place(at), interval[end]]);
  const outline = [...along("low"), ...along("high").reverse()];
  return [{
    type: "custom", silent: true, color: series.color, z: 1, encode: { x: 0, y: 1 }, data: outline,
    renderItem: (parameters, api) => parameters.dataIndex > 0 ? null
      : { type: "polygon", shape: { points: outline.map((point) => api.coord(point)) }, style: { fill: series.color, opacity: 0.22 } },
  }];
}

/**
 * A heat map. `rows` and `columns` are names, `cells` [column, row, value], `edges` {left, top, width,
 * height} of the map itself; `scale` {low, high, colours}; `label` is what names share; `name(cell)` and
 * `tells(cell)`, rows of a tooltip, tell of a cell.
 * @param {!Theme} colours
 * @param {?} what
 * @return {?}
 */
function heatMap(colours, { rows, columns, cells, edges, scale, label, columnLabel, border, name, tells }) {
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false } };
  return {
    grid: edges,
    xAxis: Object.assign({}, axis, { data: columns, axisLabel: Object.assign({}, label, columnLabel) }),
    yAxis: Object.assign({}, axis, { inverse: true, data: rows, axisLabel: label }),
    visualMap: { show: false, type: "continuous", min: scale.low, max: scale.high, dimension: 2, precision: 2, calculable: false, inRange: { color: scale.colours } },
    tooltip: { trigger: "item", formatter: (hit) => tip(name(hit.data), tells(hit.data)) },
    series: [{
      type: "heatmap", data: cells,
      itemStyle: { borderWidth: border, borderColor: colours.paper },
      emphasis: { itemStyle: { borderColor: colours.before, borderWidth: 2 } },
    }],
  };
}

/**
 * The course of a series in words: where it starts and where it ends.
 * @param {string} name
 * @param {!Array<!Array<?>>} points
 * @param {function(number): string} x
 * @return {string}
 */
function course(name, points, x) {
  const known = points.filter(([, y]) => y !== null);
  if (known.length === 0) return name + ": undefined.";
  const [first, last] = [known[0], known[known.length - 1]];
  return name + ": " + (known.length === 1
    ? figure(first[1]) + " at " + x(first[0]) + "."
    : "from " + figure(first[1]) + " at " + x(first[0]) + " to " + figure(last[1]) + " at " + x(last[0]) + ".");
}

/**
 * Series in words: so many as one listens to.
 * @param {!Array<!Series>} series
 * @param {function(number): string} x
 * @return {string}
 */
const describe = (series, x) => series.slice(0, MOST_TOLD).map((s) => course(s.name, s.points, x)).join(" ")
  + (series.length > MOST_TOLD ? " And " + (series.length - MOST_TOLD) + " more." : "");

/**
 * Lets a person choose among the runs for which `has` holds, where there are several.
 * @param {!Element} controls
 * @param {function(number): boolean} has of the run's index
 * @param {function(number): void} changed
 * @return {number} the first
 */
function chooseRun(controls, has, changed) {
  const able = RUNS.map((_, i) => i).filter(has);
  if (able.length > 1) choice(controls, "Run", able.map((i) => [i, RUNS[i].name]), able[0], (i) => changed(+i));
  return able[0];
}
