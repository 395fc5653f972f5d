"use strict";
// A sentence's tokens: a map in which they move with the step, and the cosine of every two of them.

const COSINE_SCALE = 1000;

/**
 * A model, or a training at one step: the places of its tokens in the map, their cosines by layer.
 * @typedef {{label: string, step: ?number, positions: ?Array<!Array<number>>, layers: !Array<!Array<number>>}}
 */
let TokenView;

/** @typedef {{text: string, tokens: !Array<string>, classes: ?Array<string>, views: !Array<!TokenView>}} */
let TokenSentence;

/** @typedef {{origin: ?Array<number>, variance: ?number, sentences: !Array<!TokenSentence>}} */
let Tokens;

/**
 * Cosine of tokens i and j from the upper triangle's rows.
 * @param {!Array<number>} triangle
 * @param {number} count
 * @param {number} i
 * @param {number} j
 * @return {number}
 */
function cosine(triangle, count, i, j) {
  if (i === j) return 1;
  const [row, column] = i < j ? [i, j] : [j, i];
  return triangle[row * (count - 1) - (row * (row - 1)) / 2 + column - row - 1] / COSINE_SCALE;
}

/** Word classes: told apart by shape as well as by colour. */
const CLASSES = [
  { name: "content", symbol: "circle", colour: (colours) => colours.after },
  { name: "function", symbol: "rect", colour: (colours) => colours.before },
  { name: "other", symbol: "triangle", colour: (colours) => colours.between },
  { name: "special", symbol: "diamond", colour: (colours) => colours.muted },
];
const UNTAGGED = { name: "token", symbol: "circle", colour: (colours) => colours.after };

DRAW.tokens = (section, data) => {
  const controls = part(section, "controls");
  const trails = part(section, "trails");
  const grid = part(section, "maps");
  const readout = part(section, "readout");
  const usable = (sentence) => sentence.views.length > 0 && sentence.tokens.length > 0;
  let run = chooseRun(controls, (i) => data[i].sentences.some(usable), (chosen) => { run = chosen; sentence = data[run].sentences[0]; fill(); });
  let sentence = data[run].sentences[0];
  let layer = 0;
  let pair = null;
  /** @type {!Array<!Chart>} */
  let maps = [];
  /** @type {?Chart} */
  let trail = null;
  const place = make("span", { className: "controls" });
  controls.append(place);
  const isCourse = () => sentence.views.length > 2 && sentence.views.every((view) => view.step !== null);
  /** The views that have cosines: of a long course the two ends. */
  const squares = () => sentence.views.filter((view) => view.layers.length > 0);
  const layersOf = () => Math.min(...squares().map((view) => view.layers.length));
  const lowest = () => squares().reduce((low, view) => view.layers.reduce((l, values) => values.reduce((m, v) => Math.min(m, v), l), low), 0) / COSINE_SCALE;
  /** Of a course: before, and at the chosen step; of anything else all there are. */
  const shown = () => {
    const views = squares();
    if (!isCourse() || views.length < 2) return views;
    return [views[0], views[placeAtStep(views.map((view) => view.step))]];
  };

  function fill() {
    place.replaceChildren();
    choice(place, "Sentence", data[run].sentences.map((s, i) => [i, short(s.text, 70)]), data[run].sentences.indexOf(sentence), (i) => {
      sentence = data[run].sentences[+i];
      layer = Math.min(layer, layersOf() - 1);
      rebuild();
    });
    layer = layersOf() - 1;
    slider(place, "Layer of the cosines", layer, layer, (i) => atLayer(i) + (i === layersOf() - 1 ? " (last)" : ""), (i) => { layer = Math.min(i, layersOf() - 1); redraw(); });
    rebuild();
  }
  function redraw() {
    part(section, "low").textContent = figure(lowest());
    part(section, "high").textContent = "1";
    maps.forEach((map) => map.redraw());
    if (trail !== null) trail.redraw();
    tell();
  }
  function tell() {
    if (pair === null) readout.replaceChildren();
    else readout.replaceChildren(
      make("bdi", {}, sentence.tokens[pair[0]]), " \u00d7 ", make("bdi", {}, sentence.tokens[pair[1]]),
      ": " + shown().map((view) => view.label + " " + figure(cosine(view.layers[layer], sentence.tokens.length, pair[0], pair[1]))).join(", "));
  }
  /** @param {number} i @param {number} j */
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
    if (trail !== null) trail.remove();
    trail = sentence.views.some((view) => view.positions !== null) ? tokenTrails() : null;
    pair = null;
    maps = shown().map((_, i) => tokenMap(i));
    redraw();
  }

  function tokenTrails() {
    const views = () => sentence.views.filter((view) => view.positions !== null);
    const at = () => (isCourse() ? placeAtStep(views().map((view) => view.step)) : views().length - 1);
    const classOf = (i) => (sentence.classes === null ? UNTAGGED : CLASSES.find((c) => c.name === sentence.classes[i]) || UNTAGGED);
    const origin = data[run].origin;
    /** Equal units both ways, room for all steps, the origin where it is not far out. */
    const frame = (width, height) => {
      const points = [...views().flatMap((view) => view.positions), origin];
      const [xs, ys] = [0, 1].map((k) => points.map((p) => p[k]));
      const middle = (all) => (Math.min(...all) + Math.max(...all)) / 2;
      const span = Math.max((Math.max(...xs) - Math.min(...xs)) / width, (Math.max(...ys) - Math.min(...ys)) / height) * 1.14 || 1;
      const around = (all, pixels) => [middle(all) - span * pixels / 2, middle(all) + span * pixels / 2];
      return [around(xs, width), around(ys, height)];
    };
    return addChart(trails, {
      title: () => "Where the tokens lie" + (isCourse() ? ", " + views()[at()].label : ""),
      context: "map",
      about: "last layer; one projection for all steps and sentences, which holds " + figure(100 * data[run].variance) + " % of the variance; the cross is the origin of the space"
        + (isCourse() ? "; lines lead from where each token was before training" : ""),
      height: (width) => Math.max(260, Math.min(480, width * 0.6)),
      build: (colours, width) => {
        const height = Math.max(260, Math.min(480, width * 0.6));
        const [[left, right], [bottom, top]] = frame(width - 20, height - 50);
        const course = views().slice(0, at() + 1);
        const axis = { type: "value", show: false };
        const kinds = [...new Set(sentence.tokens.map((_, i) => classOf(i)))];
        return {
          grid: { left: 10, right: 10, top: 30, bottom: 20 },
          legend: { top: 0, left: 0, itemHeight: 9, itemWidth: 11, textStyle: { color: colours.ink, fontSize: 11 }, data: kinds.map((kind) => kind.name) },
          xAxis: Object.assign({ min: left, max: right }, axis), yAxis: Object.assign({ min: bottom, max: top }, axis),
          tooltip: {
            trigger: "item",
            formatter: (hit) => (hit.seriesName === "origin" ? tip("the origin of the space", []) : hit.data.length > 3
              ? tip(sentence.tokens[hit.data[2]], [[null, "class", classOf(hit.data[2]).name], [null, "from its place before", figure(hit.data[3])], [null, "from the origin, in the map", figure(hit.data[4])]]) : null),
          },
          series: [
            { type: "scatter", name: "origin", data: [origin], symbol: "path://M-1 -6h2v5h5v2h-5v5h-2v-5h-5v-2h5z", symbolSize: 15, itemStyle: { color: colours.muted }, z: 1 },
            ...sentence.tokens.map((_, i) => ({
              type: "line", name: "way of token " + i, silent: true, showSymbol: false, data: course.map((view) => view.positions[i]),
              lineStyle: { color: classOf(i).colour(colours), width: 1.5, opacity: 0.45 }, tooltip: { show: false }, z: 2,
            })),
            ...kinds.map((kind) => ({
              type: "scatter", name: kind.name, symbol: kind.symbol, symbolSize: 11, color: kind.colour(colours), z: 3,
              data: sentence.tokens.flatMap((_, i) => {
                if (classOf(i) !== kind) return [];
                const [from, to] = [course[0].positions[i], course[course.length - 1].positions[i]];
                return [[to[0], to[1], i, Math.hypot(to[0] - from[0], to[1] - from[1]), Math.hypot(to[0] - origin[0], to[1] - origin[1])]];
              }),
              label: { show: true, position: "right", fontSize: 11, color: colours.ink, formatter: (hit) => short(sentence.tokens[hit.data[2]], 14) },
              labelLayout: { hideOverlap: true },
            })),
          ],
        };
      },
      summary: () => {
        const [first, now] = [views()[0].positions, views()[at()].positions];
        const apart = (points) => points.reduce((sum, p) => sum + Math.hypot(p[0] - origin[0], p[1] - origin[1]), 0) / points.length;
        return sentence.tokens.length + " tokens. In the map they lie " + figure(apart(now)) + " from the origin on average"
          + (views().length > 1 ? ", before " + figure(apart(first)) : "") + ".";
      },
      table: () => [["token", "class", "step", "x", "y"], ...views().flatMap((view) => view.positions.map(([x, y], i) => [sentence.tokens[i], classOf(i).name, view.step, x, y]))],
    });
  }

  /** @param {number} which of the views shown */
  function tokenMap(which) {
    const view = () => shown()[which];
    const tokens = sentence.tokens;
    const count = tokens.length;
    const margin = 16 + 6.2 * Math.min(12, Math.max(...tokens.map((token) => [...token].length)));
    const side = (width) => Math.max(40, Math.min(width - margin - 8, 38 * count));
    const map = addChart(grid, {
      title: () => view().label + ", " + atLayer(layer),
      about: "",
      height: (width) => side(width) + margin + 8,
      build: (colours, width) => {
        const edge = side(width);
        const font = Math.max(6, Math.min(12, edge / count - 1));
        const label = { color: colours.ink, fontSize: font, interval: edge / count < 7 ? "auto" : 0, formatter: (text) => text };
        const names = tokens.map((token) => short(token, 12));
        const cells = [];
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < count; j++) cells.push([j, i, cosine(view().layers[layer], count, i, j)]);
        }
        return heatMap(colours, {
          rows: names, columns: names, cells, scale: { low: lowest(), high: 1, colours: colours.heat }, label, columnLabel: { rotate: 90 },
          edges: { left: margin, top: 6, width: edge, height: edge },
          border: edge / count > 8 ? 1 : 0,
          name: ([column, row]) => tokens[row] + " \u00d7 " + tokens[column],
          tells: ([, , value]) => [[null, view().label, figure(value)]],
        });
      },
      summary: () => {
        let sum = 0;
        for (const value of view().layers[layer]) sum += value / COSINE_SCALE;
        return count + " tokens; mean cosine of different tokens " + (count > 1 ? figure(sum / view().layers[layer].length) : "undefined") + ".";
      },
      table: () => [["token", "other token", "cosine"], ...tokens.flatMap((token, i) => tokens.map((other, j) => [token, other, cosine(view().layers[layer], count, i, j)]))],
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
  const steps = data.flatMap((of) => of.sentences.flatMap((s) => s.views.map((view) => view.step))).filter((step) => step !== null);
  if (new Set(steps).size > 1) followStep([...new Set(steps)], redraw);
};
