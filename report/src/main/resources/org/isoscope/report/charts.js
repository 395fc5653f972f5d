"use strict";
// How charts are drawn: colours from the page's style, one ECharts instance a figure, tooltips made
// of text nodes, legends and controls as ordinary HTML. Knows nothing of what is drawn.

const darkScreen = matchMedia("(prefers-color-scheme: dark)");
const onPaper = matchMedia("print");
const charts = [];

/** Makes an element: properties, then children; strings become text, never markup. */
function make(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** As the Java side writes figures: three or four significant digits. */
function figure(value) {
  if (value === null || value === undefined) return "undefined";
  const size = Math.abs(value);
  let text;
  if (size === 0) text = "0";
  else if (size < 0.0005) text = value.toExponential(1).replace("e+", "e");
  else text = value.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
  return text.replace("-", "\u2212");
}

/** A figure on an axis: as short as it can be. */
function tick(value) {
  const size = Math.abs(value);
  const text = size > 0 && size < 0.001 ? value.toExponential(0) : String(+value.toPrecision(4));
  return text.replace("-", "\u2212");
}

/** The colours in force: the page's custom properties. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue("--" + name).trim();
  return {
    rise: read("rise"), fall: read("fall"), paper: read("paper"), raised: read("raised"), ink: read("ink"), muted: read("muted"), rule: read("rule"),
    before: read("before"), after: read("after"), between: read("between"), accent: read("accent"),
    ramp: read("ramp").split(/\s+/), series: read("series").split(/\s+/),
    heat: [0, 1, 2, 3, 4].map((i) => read("heat-" + i)),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/** The colour at `share` (0 to 1) of a list of colours #rrggbb. */
function between(colours, share) {
  const at = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const low = Math.min(colours.length - 2, Math.floor(at));
  const channel = (colour, i) => parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) =>
    Math.round(channel(colours[low], i) + (at - low) * (channel(colours[low + 1], i) - channel(colours[low], i))));
  return "#" + mixed.map((c) => c.toString(16).padStart(2, "0")).join("");
}

/**
 * Adds a figure to `parent`. `build(theme, width)` gives an ECharts option, `summary()` the chart in
 * words, `title()` its name; all three are called at every redraw. `context` tells it
 * from a chart of the same name elsewhere; `height(width)` where it is not fixed.
 */
function addChart(parent, { title, context, about, build, summary, height }) {
  const whole = () => title() + (context ? ", " + context : "");
  const heading = make("h3");
  const note = make("p", {}, about || "");
  const plot = make("div", { className: "plot" });
  const save = make("button", { type: "button", className: "save", title: "Save as a picture" });
  save.append(icon());
  const root = make("figure", {}, make("figcaption", {}, heading, note), plot, save);
  plot.setAttribute("role", "img");
  parent.append(root);
  const sized = () => { if (height) plot.style.height = height(plot.clientWidth) + "px"; };
  sized();
  const options = { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio || 1) };
  const instance = echarts.init(plot, null, options);
  const chart = {
    root, plot, instance,
    redraw() {
      const colours = theme();
      heading.textContent = title();
      save.setAttribute("aria-label", "Save as a picture: " + whole());
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
  save.addEventListener("click", () => savePicture(whole(), build(theme(), plot.clientWidth)));
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

function icon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "1.5");
  svg.append(path);
  return svg;
}

/** What all charts share. */
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

/** A tooltip: a heading and rows of [colour, name, value]. */
function tip(heading, rows) {
  const body = make("tbody");
  for (const [colour, name, value] of rows) {
    body.append(make("tr", {},
      make("th", { scope: "row" }, ...(colour ? [swatch(colour), " "] : []), make("bdi", {}, name)),
      make("td", { className: "number" }, value)));
  }
  return make("div", { className: "tip" }, make("strong", {}, make("bdi", {}, heading)), make("table", {}, body));
}

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

/** Draws the chart once more, larger, with title and legend, and hands it over as a PNG. */
function savePicture(title, option) {
  const colours = theme();
  const stage = make("div");
  const square = Boolean(option.visualMap);
  Object.assign(stage.style, { position: "absolute", left: "-10000px", width: "960px", height: square ? "1000px" : "600px" });
  document.body.append(stage);
  const instance = echarts.init(stage, null, { renderer: "canvas", devicePixelRatio: 2 });
  const picture = dressed(option, colours);
  instance.setOption(Object.assign({}, picture, {
    title: { text: title, left: 20, top: 14, textStyle: { color: colours.ink, fontSize: 18, fontWeight: 600, width: 900, overflow: "truncate" } },
    grid: square ? { left: 130, top: 100, width: 780, height: 780 } : Object.assign({}, picture.grid, { top: 100, left: 30, right: 40, bottom: 30 }),
    legend: square ? undefined : { show: picture.series.length > 1, top: 48, left: 16, type: "scroll", textStyle: { color: colours.ink }, pageTextStyle: { color: colours.ink } },
    visualMap: square ? Object.assign({}, option.visualMap, { show: true, orient: "horizontal", left: 20, top: 52, text: [tick(option.visualMap.max), tick(option.visualMap.min)], textStyle: { color: colours.ink } }) : undefined,
  }));
  const href = instance.getDataURL({ type: "png", backgroundColor: colours.paper, pixelRatio: 2 });
  instance.dispose();
  stage.remove();
  const name = "isoscope-" + title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) + ".png";
  make("a", { href, download: name }).click();
}

/** Redraws everything in the colours now in force. */
function redrawAll() {
  for (const chart of charts) chart.redraw();
  for (const legend of document.querySelectorAll(".legend")) legend.dispatchEvent(new Event("recolour"));
}
darkScreen.addEventListener("change", redrawAll);
onPaper.addEventListener("change", redrawAll);
// Before printing, style still has the screen's colours: ask for the light ones.
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  redrawAll();
  for (const chart of charts) chart.instance.getZr().flush();
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  redrawAll();
});

/** A labelled choice. `options` are [value, text]; `changed(value)` follows every change. */
function choice(parent, label, options, value, changed) {
  const select = make("select", {}, ...options.map(([v, text]) => make("option", { value: String(v) }, text)));
  select.value = String(value);
  select.addEventListener("change", () => changed(select.value));
  parent.append(make("label", {}, label, select));
  return select;
}

/** A labelled slider over whole numbers, with its value in words. */
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

/** Where a step stands on an axis that doubles: 0 at 0, 1 at 1, 2 at 2, 4 at 3, 8 at 4. */
const position = (step) => (step <= 0 ? 0 : 1 + Math.log2(step));
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"];

/**
 * A line chart. `series` are {name, color, points: [[x, y, interval]], dashed, bold, plain, gaps, symbol};
 * an interval {low, high}, where there is one, is drawn as a band. `axis` is "doubling" (steps), "whole"
 * (layers) or "linear" (steps); `x(value)` names a place on it.
 */
function lines(colours, { series, axis, x }) {
  const place = axis === "doubling" ? position : (value) => value;
  const largest = Math.max(0, ...series.flatMap((s) => s.points.map(([at]) => place(at))));
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
      formatter: (hits) => hits.length === 0 ? null : tip(x(hits[hits.length - 1].data[2]), hits.filter((hit) => hit.data.length > 2 && hit.data[1] !== null).map((hit) => [hit.color, hit.seriesName, figure(hit.data[1]) + within(hit.data[3])])),
    },
    series: [...series.flatMap((s) => band(s, place)), ...series.map((s) => ({
      type: "line", name: s.name, color: s.color, connectNulls: !s.gaps,
      data: s.points.map(([at, y, interval]) => [place(at), y, at, interval]),
      showSymbol: !s.plain, symbol: s.symbol || "circle", symbolSize: s.bold ? 7 : 5,
      lineStyle: { width: s.bold ? 3 : 1.75, type: s.dashed ? [5, 4] : "solid" },
      z: s.bold ? 4 : 2,
    }))],
  };
}

const within = (interval) => (interval ? " (" + figure(interval.low) + " to " + figure(interval.high) + ")" : "");

/** The band of a series' intervals, one shape drawn with its first point. */
function band(series, place) {
  const intervals = series.points.filter(([, , interval]) => interval);
  if (intervals.length === 0) return [];
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
 * height} of the map itself; `label` is what names share, `name(cell)` and `tells` make the tooltip.
 */
function heatMap(colours, { rows, columns, cells, edges, low, label, columnLabel, border, name, tells }) {
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false } };
  return {
    grid: edges,
    xAxis: Object.assign({}, axis, { data: columns, axisLabel: Object.assign({}, label, columnLabel) }),
    yAxis: Object.assign({}, axis, { inverse: true, data: rows, axisLabel: label }),
    visualMap: { show: false, type: "continuous", min: low, max: 1, dimension: 2, precision: 2, calculable: false, inRange: { color: colours.heat } },
    tooltip: { trigger: "item", formatter: (hit) => tip(name(hit.data), [[null, tells, figure(hit.data[2] === "-" ? null : hit.data[2])]]) },
    series: [{
      type: "heatmap", name: tells, data: cells,
      itemStyle: { borderWidth: border, borderColor: colours.paper },
      emphasis: { itemStyle: { borderColor: colours.before, borderWidth: 2 } },
    }],
  };
}
