"use strict";
// What is drawn: a section a function, each shown only where there is something to show.

const DATA = JSON.parse(document.getElementById("data").textContent);
const RUNS = DATA.runs;
const MEASURES = DATA.measures;
const SEVERAL = RUNS.length > 1;

/** The parts of a section, which is now shown. */
function open(id) {
  const section = document.getElementById(id);
  section.hidden = false;
  return { section, controls: section.querySelector(".controls"), grid: section.querySelector(".grid, .wide, .maps") };
}

const lastLayer = (state) => state.layers - 1;
const runColour = (colours, i) => colours.series[i % colours.series.length];
const layerColour = (colours, layer, count) => between(colours.ramp, count < 2 ? 1 : layer / (count - 1));

/** A series in words: where it starts and where it ends. */
function course(name, points, x) {
  const known = points.filter(([, y]) => y !== null);
  if (known.length === 0) return name + ": undefined.";
  const [first, last] = [known[0], known[known.length - 1]];
  return name + ": " + (known.length === 1
    ? figure(first[1]) + " at " + x(first[0]) + "."
    : "from " + figure(first[1]) + " at " + x(first[0]) + " to " + figure(last[1]) + " at " + x(last[0]) + ".");
}

const describe = (series, x) => series.map((s) => course(s.name, s.points, x)).join(" ");
const atStep = (step) => "step " + step.toLocaleString("en");
const atLayer = (layer) => "layer " + layer;

/** Lets a person choose among the runs for which `has` holds, where there are several. */
function chooseRun(controls, has, changed) {
  const able = RUNS.filter(has);
  if (able.length > 1) {
    choice(controls, "Run", able.map((run) => [RUNS.indexOf(run), run.name]), RUNS.indexOf(able[0]), (i) => changed(RUNS[+i]));
  }
  return able[0];
}

function drawSteps() {
  const runs = RUNS.filter((run) => run.training && run.states.length > 1 && run.states.every((s) => s.step !== null));
  if (runs.length === 0) return;
  const { controls, grid } = open("steps");
  const layers = Math.max(...runs.map((run) => run.states[0].layers));
  let layer = SEVERAL ? "last" : "every";
  const hidden = new Set();
  const names = (colours) => layer === "every"
    ? Array.from({ length: layers }, (_, i) => ({ name: atLayer(i), color: layerColour(colours, i, layers), layer: i, run: runs[0], bold: i === layers - 1 }))
    : runs.map((run) => {
      const i = RUNS.indexOf(run);
      return { name: run.name, color: SEVERAL ? runColour(colours, i) : colours.after, layer, run, bold: !SEVERAL, symbol: SYMBOLS[i % SYMBOLS.length] };
    });
  const seriesOf = (colours, { key }) => names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
    points: s.run.states.map((state) => {
      const value = state.figures[key][s.layer === "last" ? lastLayer(state) : +s.layer];
      return [state.step, value === undefined ? null : value];
    }),
  }));
  const drawn = [];
  const redraw = () => drawn.forEach((chart) => chart.redraw());
  choice(controls, "Layer",
    [...(SEVERAL ? [] : [["every", "every layer"]]), ["last", "last layer"], ...Array.from({ length: layers }, (_, i) => [i, atLayer(i)])],
    layer, (value) => { layer = value; hidden.clear(); redrawLegend(); redraw(); });
  const redrawLegend = legend(controls, (colours) => (layer === "every" || SEVERAL ? names(colours) : []), hidden, redraw);
  MEASURES.forEach((measure) => drawn.push(addChart(grid, {
    title: () => measure.title,
    context: "by step",
    about: measure.meaning,
    build: (colours) => lines(colours, { series: seriesOf(colours, measure), axis: "doubling", x: atStep }),
    summary: () => describe(seriesOf(theme(), measure), atStep),
  })));
  const qualities = new Map();
  for (const run of runs) {
    for (const quality of run.quality) {
      if (quality.points.length < 3) continue; // two points are a difference, not a course
      const key = quality.title + "\n" + quality.meaning;
      if (!qualities.has(key)) qualities.set(key, { quality, runs: [] });
      qualities.get(key).runs.push([run, quality.points]);
    }
  }
  for (const { quality, runs: measured } of qualities.values()) {
    const series = (colours) => measured.map(([run, points]) => {
      const i = RUNS.indexOf(run);
      return { name: SEVERAL ? run.name : quality.title, color: SEVERAL ? runColour(colours, i) : colours.after, symbol: SYMBOLS[i % SYMBOLS.length], bold: !SEVERAL, points };
    }).filter((s) => !hidden.has(s.name));
    drawn.push(addChart(grid, {
      title: () => quality.title,
      about: quality.meaning,
      build: (colours) => lines(colours, { series: series(colours), axis: "doubling", x: atStep }),
      summary: () => describe(series(theme()), atStep),
    }));
  }
}

function drawTraining() {
  const runs = RUNS.filter((run) => run.metrics);
  if (runs.length === 0) return;
  const { section, controls, grid } = open("training");
  const every = Math.max(...runs.map((run) => run.metrics.every));
  if (every > 1) {
    const note = section.querySelector(".averaged");
    note.hidden = false;
    note.textContent = "Each point is the mean of up to " + every + " steps.";
  }
  const hidden = new Set();
  const names = (colours) => runs.map((run) => {
    const i = RUNS.indexOf(run);
    return { name: run.name, run, plain: true, color: SEVERAL ? runColour(colours, i) : colours.after, dashed: i % 2 === 1 };
  });
  const drawn = [];
  legend(controls, names, hidden, () => drawn.forEach((chart) => chart.redraw()));
  for (const [key, title, about] of [
    ["loss", "Loss", "mean over the batch, in nats"],
    ["learningRate", "Learning rate", "in force at the step"],
    ["gradientNorm", "Gradient norm", "over all parameters, before clipping"],
  ]) {
    const series = (colours) => names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
      name: SEVERAL ? s.name : title,
      points: s.run.metrics[key].map((value, i) => [s.run.metrics.step[i], value]),
    }));
    drawn.push(addChart(grid, {
      title: () => title,
      about,
      build: (colours) => lines(colours, { series: series(colours), axis: "linear", x: atStep }),
      summary: () => describe(series(theme()), atStep),
    }));
  }
}

function drawLayers() {
  const has = (run) => run.states.length > 0;
  if (!RUNS.some(has)) return;
  const { section, controls, grid } = open("layers");
  if (RUNS.some((run) => run.states.some((state) => Object.keys(state.bands).length > 0))) {
    section.querySelector("p").append(" Shaded: 95 % intervals over sentences, where they are known.");
  }
  let at = null;
  const drawn = [];
  const redraw = () => drawn.forEach((chart) => chart.redraw());
  const hidden = new Set();
  let run = chooseRun(controls, has, (chosen) => { run = chosen; hidden.clear(); slide(); redrawLegend(); redraw(); });
  const names = (colours) => {
    const states = run.states;
    const label = (word, state) => (state.label === word ? word : word + " (" + state.label + ")");
    if (states.length === 1) return [{ name: states[0].label, state: states[0], color: colours.after, bold: true }];
    const all = [
      { name: label("before", states[0]), state: states[0], color: colours.before, dashed: true },
      { name: label("after", states[states.length - 1]), state: states[states.length - 1], color: colours.after, bold: true },
    ];
    if (at !== null && at > 0 && at < states.length - 1) {
      all.splice(1, 0, { name: states[at].label, state: states[at], color: colours.between, symbol: "triangle" });
    }
    return all;
  };
  const seriesOf = (colours, { key }) => names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
    points: s.state.figures[key].map((value, i) => [i, value, (s.state.bands[key] || [])[i]]),
  }));
  const place = make("span");
  controls.append(place);
  function slide() {
    place.replaceChildren();
    at = null;
    if (run.states.length > 2) {
      at = Math.floor(run.states.length / 2);
      slider(place, "In between", run.states.length - 1, at, (i) => run.states[i].label, (i) => { at = i; redrawLegend(); redraw(); });
    }
  }
  slide();
  const redrawLegend = legend(controls, names, hidden, redraw);
  MEASURES.forEach((measure) => drawn.push(addChart(grid, {
    title: () => measure.title,
    context: "by layer",
    about: measure.meaning,
    build: (colours) => lines(colours, { series: seriesOf(colours, measure), axis: "whole", x: atLayer }),
    summary: () => describe(seriesOf(theme(), measure), atLayer),
  })));
}

function drawRogue() {
  const has = (run) => run.states.some((state) => state.rogue.some((layer) => layer.length > 0));
  if (!RUNS.some(has)) return;
  const { section, controls, grid } = open("rogue");
  let run = chooseRun(controls, has, (chosen) => { run = chosen; layer = "last"; fill(); redrawLegend(); redraw(); });
  let layer = "last";
  const place = make("span");
  controls.append(place);
  const fill = () => {
    place.replaceChildren();
    choice(place, "Layer", [["last", "last layer"], ...Array.from({ length: run.states[0].layers }, (_, i) => [i, atLayer(i)])], layer,
      (value) => { layer = value; redraw(); });
  };
  fill();
  const hidden = new Set();
  const names = (colours) => run.states.length === 1
    ? [{ name: run.states[0].label, state: run.states[0], color: colours.after }]
    : [
      { name: "before", state: run.states[0], color: colours.before },
      { name: "after", state: run.states[run.states.length - 1], color: colours.after },
    ];
  const shares = (state) => new Map(state.rogue[layer === "last" ? lastLayer(state) : +layer] || []);
  const bars = (colours) => {
    const shown = names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, { shares: shares(s.state) }));
    const dimensions = [...new Set(shown.flatMap((s) => [...s.shares.keys()]))];
    return { shown, dimensions };
  };
  const redrawLegend = legend(controls, names, hidden, () => redraw());
  const chart = addChart(grid, {
    title: () => "Shares of the mean cosine, " + (layer === "last" ? "last layer" : atLayer(layer)),
    about: "per cent, by the index of the dimension",
    build: (colours) => {
      const { shown, dimensions } = bars(colours);
      return {
        grid: { left: 6, right: 6, top: 12, bottom: 4, containLabel: true },
        xAxis: { type: "category", data: dimensions.map(String), axisTick: { show: false }, axisLine: { lineStyle: { color: colours.rule } }, axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true } },
        yAxis: { type: "value", axisLabel: { color: colours.muted, fontSize: 11, formatter: (v) => tick(100 * v) + " %" }, splitLine: { lineStyle: { color: colours.rule } } },
        tooltip: {
          trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colours.rule, opacity: 0.4 } },
          formatter: (hits) => tip("dimension " + hits[0].name, hits.map((hit) => [hit.color, hit.seriesName, hit.value === undefined || hit.value === "-" ? "not listed" : figure(100 * hit.value) + " %"])),
        },
        series: shown.map((s) => ({ type: "bar", name: s.name, color: s.color, barMaxWidth: 26, barGap: "10%", data: dimensions.map((d) => (s.shares.has(d) ? s.shares.get(d) : "-")) })),
      };
    },
    summary: () => bars(theme()).shown.map((s) => {
      const [first] = s.shares;
      return s.name + ": " + (first ? "dimension " + first[0] + " is the largest with " + figure(100 * first[1]) + " per cent." : "none.");
    }).join(" "),
  });
  const followed = drawFollowed(section, () => ({ run, layer: layer === "last" ? lastLayer(run.states[0]) : +layer }));
  const redraw = () => { chart.redraw(); followed(); };
}

const MOST_FOLLOWED = 8;

/**
 * Follows the dimensions that lead somewhere: across the layers of each end, and across the steps of a
 * training. `chosen()` gives {run, layer}; what is returned redraws.
 */
function drawFollowed(section, chosen) {
  const follow = (lists, at, colours) => {
    const highest = new Map();
    for (const list of lists) {
      if (list.length > 0) highest.set(list[0][0], Math.max(list[0][1], highest.get(list[0][0]) || 0));
    }
    const leading = [...highest].sort((a, b) => b[1] - a[1]).slice(0, MOST_FOLLOWED).map(([dimension]) => dimension);
    return leading.map((dimension, i) => ({
      name: "dimension " + dimension, color: colours.series[i % colours.series.length], symbol: SYMBOLS[i % SYMBOLS.length], gaps: true,
      points: lists.map((list, j) => {
        const found = list.find(([listed]) => listed === dimension);
        return [at(j), found ? found[1] : null];
      }),
    }));
  };
  const grid = section.querySelector(".halves");
  const drawn = [];
  let drawnFor = null;
  const add = (title, context, series, axis, x) => drawn.push(addChart(grid, {
    title: () => title + (context ? ", " + context : ""),
    about: "share of the mean cosine of the dimensions that lead anywhere in this chart",
    build: (colours) => {
      const option = lines(colours, { series: series(colours), axis, x });
      option.grid.top = 36;
      option.legend = { type: "scroll", top: 0, left: 0, itemHeight: 8, textStyle: { color: colours.ink, fontSize: 11 }, pageTextStyle: { color: colours.ink }, pageIconColor: colours.accent };
      return option;
    },
    summary: () => describe(series(theme()), x),
  }));
  const draw = () => {
    const { run } = chosen();
    if (drawnFor === run) return drawn.forEach((chart) => chart.redraw());
    drawnFor = run;
    drawn.splice(0).forEach((chart) => chart.remove());
    const ends = run.states.length === 1 ? run.states : [run.states[0], run.states[run.states.length - 1]];
    for (const state of ends) {
      if (state.rogue.length > 1) add("From layer to layer", ends.length > 1 ? state.label : "", (colours) => follow(state.rogue, (i) => i, colours), "whole", atLayer);
    }
    if (run.training && run.states.length > 2) {
      const course = (colours) => follow(run.states.map((state) => state.rogue[chosen().layer]), (i) => run.states[i].step, colours);
      add("From step to step", "chosen layer", course, "doubling", atStep);
    }
  };
  draw();
  return draw;
}

const MOST_ROWS = 200;
const MOST_BARS = 12;

function drawChanges() {
  const has = (run) => run.changes !== null;
  if (!RUNS.some(has)) return;
  const { section, controls, grid } = open("changes");
  let run = chooseRun(controls, has, (chosen) => { run = chosen; tell(); });
  let wanted = "";
  const search = make("input", { type: "search", autocomplete: "off", spellcheck: false, placeholder: "part of a token" });
  search.addEventListener("input", () => { wanted = search.value.toLowerCase(); tell(); });
  controls.append(make("label", {}, "Find", search));
  const tested = () => run.changes.tested;
  const compared = () => tested() !== null || run.changes.types[0].change !== null;
  const value = (type) => (tested() !== null ? type.correlation.estimate : compared() ? type.change : type.after);
  const sampled = (types) => types.some((type) => type.low !== null);
  const interval = (change) => (change.low === null ? "" : signed(change.low) + " to " + signed(change.high));
  const matching = (types) => types.filter((type) => type.token.toLowerCase().includes(wanted));
  const listed = () => matching((tested() ?? run.changes).types);
  const ranked = () => tested() !== null || !compared();
  const ends = () => {
    const all = listed();
    if (all.length <= 2 * MOST_BARS) return all;
    return ranked() ? [...all.slice(0, MOST_BARS), ...all.slice(-MOST_BARS)] : all.slice(0, 2 * MOST_BARS);
  };
  const found = (change) => change.qValue <= tested().falseDiscoveryRate;
  const told = (type) => {
    if (tested() !== null) {
      const rows = (name, change) => [[null, name, signed(change.estimate)], [null, "95 % interval", interval(change)], [null, "q", figure(change.qValue)], [null, "measured", signed(change.measured)]];
      return [...rows("type correlation", type.correlation), ...rows("adjusted self-similarity", type.similarity), [null, "groups", type.groups.toLocaleString("en")]];
    }
    const figures = compared()
      ? [[null, "before", figure(type.before)], [null, "after", figure(type.after)], [null, "change", signed(type.change)], ...(type.low === null ? [] : [[null, "95 % interval", interval(type)]])]
      : [[null, "self-similarity", figure(type.after)]];
    return [...figures, [null, "occurrences", type.occurrences.toLocaleString("en")]];
  };
  const chart = addChart(grid, {
    title: () => (tested() !== null ? "Change of type correlation" : compared() ? "Self-similarity change" : "Self-similarity") + " per token type",
    about: "up to " + 2 * MOST_BARS + " types of the table: where it has an order, those at its ends",
    build: (colours) => {
      const types = ends();
      const bar = (amount, colour, pale) => ({ value: amount, itemStyle: { color: colour, opacity: pale ? 0.45 : 1 } });
      return {
        grid: { left: 6, right: 34, top: 6, bottom: 4, containLabel: true },
        yAxis: { type: "category", inverse: true, data: types.map((type) => short(type.token, 14)), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.ink, fontSize: 11, interval: 0 } },
        xAxis: { type: "value", axisLabel: { color: colours.muted, fontSize: 11, formatter: tick, hideOverlap: true }, splitLine: { lineStyle: { color: colours.rule } } },
        tooltip: {
          trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colours.rule, opacity: 0.4 } },
          formatter: (hits) => tip(types[hits[0].dataIndex].token, told(types[hits[0].dataIndex])),
        },
        series: [
          { type: "bar", name: "change", barMaxWidth: 14, data: types.map((type) => bar(value(type), value(type) < 0 ? colours.fall : compared() ? colours.rise : colours.after, tested() !== null && !found(type.correlation))) },
          ...(tested() === null ? [] : [{ type: "bar", name: "adjusted", barMaxWidth: 14, data: types.map((type) => bar(type.similarity.estimate, colours.muted, !found(type.similarity))) }]),
        ],
      };
    },
    summary: () => {
      const types = listed();
      if (types.length === 0) return "No token type matches.";
      if (!ranked()) return types.length.toLocaleString("en") + " token types, not ranked.";
      return "Largest: " + types[0].token + " with " + figure(value(types[0])) + ". Smallest: " + types[types.length - 1].token + " with " + figure(value(types[types.length - 1])) + ".";
    },
    height: () => 60 + (tested() === null ? 20 : 30) * Math.max(4, ends().length),
  });
  function fill(table, types, inOrder, heads, cells) {
    const rows = types.length <= MOST_ROWS ? types : inOrder ? [...types.slice(0, MOST_ROWS / 2), ...types.slice(-MOST_ROWS / 2)] : types.slice(0, MOST_ROWS);
    table.querySelector("caption").textContent = types.length === rows.length
      ? types.length.toLocaleString("en") + (types.length === 1 ? " token type" : " token types")
      : (inOrder ? "The first and last " + MOST_ROWS / 2 : "The " + MOST_ROWS + " most frequent") + " of " + types.length.toLocaleString("en") + " token types";
    table.querySelector("thead").replaceChildren(make("tr", {}, ...heads.map((head, i) => make("th", { scope: "col", className: i ? "number" : "" }, head))));
    table.querySelector("tbody").replaceChildren(...rows.map((type) => make("tr", {},
      make("th", { scope: "row" }, make("bdi", {}, type.token)),
      ...cells(type).map((text) => make("td", { className: "number" }, text)))));
  }
  /** Types that were measured but not tested. */
  function fillMeasured(table, types) {
    const heads = compared() ? ["Token", "Occurrences", "Before", "After", "Change", ...(sampled(types) ? ["95 % interval"] : [])] : ["Token", "Occurrences", "Self-similarity"];
    fill(table, types, !compared(), heads, (type) => [
      type.occurrences.toLocaleString("en"), ...(compared() ? [figure(type.before)] : []), figure(type.after),
      ...(compared() ? [signed(type.change), ...(sampled(types) ? [interval(type)] : [])] : []),
    ]);
  }
  const fillTested = (table, types) => fill(table, types, true,
    ["Token", "Class", "Groups", "Type correlation", "95 % interval", "q", "Adjusted self-similarity", "95 % interval", "q"],
    (type) => [type.wordClass, type.groups.toLocaleString("en"), ...[type.correlation, type.similarity].flatMap((change) => [signed(change.estimate), interval(change), figure(change.qValue)])]);
  function explained() {
    const { total, types } = run.changes;
    if (tested() !== null) {
      const { tests, falseDiscoveryRate, correlationChanged, similarityChanged } = tested();
      return tests.toLocaleString("en") + (tests === 1 ? " token type of the reference text was" : " token types of the reference text were") + " tested, each in at least "
        + Math.min(...tested().types.map((type) => type.groups)) + " independent groups of sentences. Changed at a false discovery rate of " + falseDiscoveryRate + ": "
        + correlationChanged.toLocaleString("en") + " by type correlation, " + similarityChanged.toLocaleString("en")
        + " by adjusted self-similarity, which a cone that opens raises alone. Changes in the last layer, after minus before, each drawn towards the mean of its class as far as its error makes it uncertain; q is the false discovery rate at which it counts. Grey bars are of adjusted self-similarity, pale ones not significant.";
    }
    return (compared()
      ? "Adjusted self-similarity of each token type in the last layer, after minus before. No type was tested: there is no order among them. A cone that opens raises it alone: a rise does not tell that the token depends less on its sentence."
      : "Mean cosine of each token type\u2019s occurrences in the last layer: high where the token keeps its meaning from sentence to sentence.")
      + (sampled(types) ? " The intervals are of what other sentences of this kind would give; a token in few sentences has none." : "")
      + (types.length < total ? " Of " + total.toLocaleString("en") + " types, the " + types.length.toLocaleString("en") + (compared() ? " most frequent are shown." : " at both ends are shown.") : "");
  }
  function tell() {
    section.querySelector(".explained").textContent = explained();
    (tested() !== null ? fillTested : fillMeasured)(section.querySelector("table"), listed());
    const others = section.querySelector(".others");
    others.hidden = tested() === null || run.changes.types.length === 0;
    if (!others.hidden) fillMeasured(others.querySelector("table"), matching(run.changes.types));
    chart.resize();
  }
  tell();
}

const signed = (value) => (value > 0 ? "+" : "") + figure(value);

/** At most `most` characters, whole ones. */
function short(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : characters.slice(0, most - 1).join("") + "\u2026";
}

const COSINE_SCALE = 1000;

/** Cosine of tokens i and j from the upper triangle's rows. */
function cosine(triangle, count, i, j) {
  if (i === j) return 1;
  const [row, column] = i < j ? [i, j] : [j, i];
  return triangle[row * (count - 1) - (row * (row - 1)) / 2 + column - row - 1] / COSINE_SCALE;
}

function drawTokens() {
  const has = (run) => run.sentences.some((sentence) => sentence.views.length > 0 && sentence.tokens.length > 0);
  if (!RUNS.some(has)) return;
  const { section, controls, grid } = open("tokens");
  const readout = section.querySelector(".readout");
  let run = chooseRun(controls, has, (chosen) => { run = chosen; sentence = run.sentences[0]; fill(); });
  let sentence = run.sentences[0];
  let layer = 0;
  let pair = null;
  let maps = [];
  const place = make("span", { className: "controls" });
  controls.append(place);
  const layersOf = () => Math.min(...sentence.views.map((view) => view.layers.length));
  const lowest = () => Math.min(0, ...sentence.views.flatMap((view) => view.layers.flat())) / COSINE_SCALE;
  function fill() {
    place.replaceChildren();
    choice(place, "Sentence", run.sentences.map((s, i) => [i, short(s.text, 70)]), run.sentences.indexOf(sentence), (i) => {
      sentence = run.sentences[+i];
      layer = Math.min(layer, layersOf() - 1);
      rebuild();
    });
    layer = layersOf() - 1;
    slider(place, "Layer", layer, layer, (i) => atLayer(i) + (i === layersOf() - 1 ? " (last)" : ""), (i) => { layer = Math.min(i, layersOf() - 1); redraw(); });
    rebuild();
  }
  function redraw() {
    section.querySelector(".low").textContent = figure(lowest());
    section.querySelector(".high").textContent = "1";
    maps.forEach((map) => map.redraw());
    tell();
  }
  function tell() {
    if (pair === null) readout.replaceChildren();
    else readout.replaceChildren(
      make("bdi", {}, sentence.tokens[pair[0]]), " \u00d7 ", make("bdi", {}, sentence.tokens[pair[1]]),
      ": " + sentence.views.map((view) => view.label + " " + figure(cosine(view.layers[layer], sentence.tokens.length, ...pair))).join(", "));
  }
  function point(i, j) {
    pair = [i, j];
    const index = i * sentence.tokens.length + j;
    for (const map of maps) {
      map.instance.dispatchAction({ type: "downplay", seriesIndex: 0 });
      map.instance.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex: index });
    }
    tell();
  }
  function rebuild() {
    maps.forEach((map) => map.remove());
    pair = null;
    maps = sentence.views.map((view) => tokenMap(view));
    redraw();
  }
  function tokenMap(view) {
    const tokens = sentence.tokens;
    const count = tokens.length;
    const margin = 16 + 6.2 * Math.min(12, Math.max(...tokens.map((token) => [...token].length)));
    const side = (width) => Math.max(40, Math.min(width - margin - 8, 38 * count));
    const map = addChart(grid, {
      title: () => view.label + ", " + atLayer(layer),
      about: "",
      height: (width) => side(width) + margin + 8,
      build: (colours, width) => {
        const edge = side(width);
        const font = Math.max(6, Math.min(12, edge / count - 1));
        const label = { color: colours.ink, fontSize: font, interval: edge / count < 7 ? "auto" : 0, formatter: (text) => text };
        const names = tokens.map((token) => short(token, 12));
        const cells = [];
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < count; j++) cells.push([j, i, cosine(view.layers[layer], count, i, j)]);
        }
        return heatMap(colours, {
          rows: names, columns: names, cells, low: lowest(), label, columnLabel: { rotate: 90 },
          edges: { left: margin, top: 6, width: edge, height: edge },
          border: edge / count > 8 ? 1 : 0,
          name: ([column, row]) => tokens[row] + " \u00d7 " + tokens[column],
          tells: view.label,
        });
      },
      summary: () => {
        let sum = 0;
        for (const value of view.layers[layer]) sum += value / COSINE_SCALE;
        return count + " tokens; mean cosine of different tokens " + (count > 1 ? figure(sum / view.layers[layer].length) : "undefined") + ".";
      },
    });
    map.instance.on("mouseover", (hit) => { if (hit.data) point(hit.data[1], hit.data[0]); });
    map.plot.tabIndex = 0;
    map.plot.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const move = (from, by) => Math.min(count - 1, Math.max(0, from + by));
      if (pair === null) point(0, 0);
      else point(move(pair[0], step[0]), move(pair[1], step[1]));
    });
    return map;
  }
  fill();
}

function drawContents() {
  const contents = document.getElementById("contents");
  for (const section of document.querySelectorAll("main > section:not([hidden])")) {
    contents.append(make("a", { href: "#" + section.id }, section.querySelector("h2").textContent));
  }
  contents.hidden = false;
}

drawSteps();
drawTraining();
drawLayers();
drawRogue();
drawSpaces();
drawVariants();
drawPair();
drawChanges();
drawTokens();
drawContents();
document.documentElement.dataset.ready = "true";
