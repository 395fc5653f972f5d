"use strict";
// Every figure step by step: as curves with their bands, and as a map of layers and steps.

/**
 * Runs that are drawn as one. `at(key, probe, layer)` is a value, `band` its range over the runs.
 * @typedef {{name: string, steps: !Array<number>, layers: function(string): number,
 *     at: function(string, number, number): ?number, band: function(string, number, number): ?Interval}}
 */
let Subject;

/**
 * An arm of a sweep: values by figure, then step, then layer.
 * @typedef {{name: string, runs: number, steps: !Array<number>, mean: !Object<string, !Array<!Array<?number>>>,
 *     low: !Object<string, !Array<!Array<?number>>>, high: !Object<string, !Array<!Array<?number>>>}}
 */
let Arm;

/** @typedef {{figures: !Array<!ChartedFigure>, arms: !Array<!Arm>, quality: !Array<!Array<?>>}} */
let Courses;

/** @param {!Run} run @return {!Subject} */
function subjectOfRun(run) {
  return {
    name: run.name, steps: run.states.map((state) => /** @type {number} */ (state.step)),
    layers: (key) => (run.states[0].figures[key] || []).length,
    at: (key, probe, layer) => valueOf((run.states[probe].figures[key] || [])[layer]),
    band: (key, probe, layer) => (run.states[probe].bands[key] || [])[layer] || null,
  };
}

/** @param {number|null|undefined} value @return {?number} */
const valueOf = (value) => (value === undefined ? null : value);

/** @param {!Arm} arm @return {!Subject} */
function subjectOfArm(arm) {
  return {
    name: arm.name, steps: arm.steps,
    layers: (key) => (arm.mean[key] && arm.mean[key].length > 0 ? arm.mean[key][0].length : 0),
    at: (key, probe, layer) => valueOf(arm.mean[key][probe][layer]),
    band: (key, probe, layer) => {
      if (!arm.low[key]) return null;
      const [low, high] = [arm.low[key][probe][layer], arm.high[key][probe][layer]];
      return low === null || low === undefined ? null : { low, high };
    },
  };
}

DRAW.steps = (section, data) => {
  const runs = RUNS.filter((run) => run.training && run.states.length > 1 && run.states.every((state) => state.step !== null));
  /** @type {!Array<!Subject>} */
  const subjects = [...data.arms.map(subjectOfArm), ...runs.map(subjectOfRun)];
  const figures = [...(runs.length > 0 ? FIGURES : []), ...data.figures.filter((f) => runs.length === 0 || !FIGURES.some((g) => g.key === f.key))];
  const controls = part(section, "controls");
  const focus = part(section, "focus");
  const one = subjects.length === 1;
  const layersOf = (key) => Math.max(0, ...subjects.map((s) => s.layers(key)));
  let chosen = figures.find((f) => f.key === "claim/anisotropy" && !one) || figures[0];
  let layer = one ? "every" : "last";
  let subject = subjects[0];
  /** The layer whose curve is shown because its row of the map is pointed at. */
  let pointed = null;
  const hidden = new Set();

  /** @param {!Subject} of @param {string} key */
  const layerOf = (of, key) => (layer === "last" || layer === "every" ? of.layers(key) - 1 : Math.min(+layer, of.layers(key) - 1));
  const everyLayer = (key) => one && layer === "every" && layersOf(key) > 1;
  /** @param {!Subject} of @param {string} key @param {number} at */
  const points = (of, key, at) => of.steps.map((step, probe) => [step, of.at(key, probe, at), of.band(key, probe, at)]);
  /** @return {!Array<!Series>} */
  const series = (colours, key) => {
    if (everyLayer(key)) {
      const count = layersOf(key);
      return Array.from({ length: count }, (_, i) => ({
        name: atLayer(i), color: layerColour(colours, i, count), points: points(subject, key, i),
        bold: pointed === null ? i === count - 1 : i === pointed, faint: pointed !== null && i !== pointed,
      })).filter((s) => !hidden.has(s.name));
    }
    const drawn = subjects.map((of, i) => ({
      name: of.name, color: one ? colours.after : seriesColour(colours, i), symbol: SYMBOLS[i % SYMBOLS.length], bold: one,
      points: points(of, key, layerOf(of, key)), faint: false, dashed: false,
    })).filter((s) => !hidden.has(s.name) && s.points.some(([, y]) => y !== null));
    if (pointed !== null && layersOf(key) > 1) {
      drawn.push({ name: subject.name + ", " + atLayer(pointed), color: colours.ink, symbol: "circle", bold: true, dashed: true, faint: false, points: points(subject, key, pointed) });
    }
    return drawn;
  };

  const groups = figures.map((f) => [f.key, f.title, f.family]);
  choice(controls, "Figure", groups, chosen.key, (key) => {
    chosen = figures.find((f) => f.key === key) || chosen;
    pointed = null;
    hidden.clear();
    rebuild();
  });
  const most = Math.max(...figures.map((f) => layersOf(f.key)));
  if (most > 1) {
    choice(controls, "Layer", [...(one ? [["every", "every layer"]] : []), ["last", "last layer"], ...Array.from({ length: most }, (_, i) => [i, atLayer(i)])],
      layer, (value) => { layer = value; pointed = null; hidden.clear(); redrawLegend(); redraw(); });
  }
  if (!one) {
    choice(controls, "Map of", subjects.map((s, i) => [i, s.name]), 0, (i) => { subject = subjects[+i]; pointed = null; redraw(); });
  }
  const entries = (colours) => (everyLayer(chosen.key)
    ? Array.from({ length: layersOf(chosen.key) }, (_, i) => ({ name: atLayer(i), color: layerColour(colours, i, layersOf(chosen.key)) }))
    : one || subjects.length > MOST_SWITCHES ? [] : subjects.map((s, i) => ({ name: s.name, color: seriesColour(colours, i) })));
  const redrawLegend = legend(controls, entries, hidden, () => redraw());

  /** @type {!Array<!Chart>} */
  let drawn = [];
  const redraw = () => drawn.forEach((chart) => chart.redraw());
  /** The layers that are drawn, as a sentence. */
  const where = () => (layersOf(chosen.key) < 2 ? "" : (everyLayer(chosen.key) ? "Every layer" : layer === "last" || layer === "every" ? "Last layer" : "Layer " + layer) + ". ");
  function rebuild() {
    drawn.forEach((chart) => chart.remove());
    drawn = [curves(focus, chosen, chosen.definition)];
    if (subjects.some((s) => s.layers(chosen.key) > 1)) drawn.push(layerMap());
    redrawLegend();
  }

  /**
   * @param {!Element} grid
   * @param {!ChartedFigure} of
   * @param {string=} defined
   */
  function curves(grid, of, defined) {
    return addChart(grid, {
      title: () => of.title,
      context: "by step",
      about: of.meaning,
      defined,
      build: (colours) => lines(colours, { series: series(colours, of.key), axis: "doubling", x: atStep, mark: cursor.steps[placeAtStep(cursor.steps)] }),
      summary: () => (defined ? where() : "") + describe(series(theme(), of.key), atStep),
      table: () => tableOf("step", series(theme(), of.key)),
    });
  }

  /** The greatest change since step 0 of any subject: all have one scale. */
  const reach = () => {
    let greatest = 0;
    for (const of of subjects) {
      for (let l = 0; l < of.layers(chosen.key); l++) {
        const start = of.at(chosen.key, 0, l);
        of.steps.forEach((_, probe) => {
          const value = of.at(chosen.key, probe, l);
          if (value !== null && start !== null) greatest = Math.max(greatest, Math.abs(value - start));
        });
      }
    }
    return greatest || 1;
  };

  function layerMap() {
    const count = () => subject.layers(chosen.key);
    const left = 62;
    const chart = addChart(focus, {
      title: () => chosen.title + " since step 0",
      context: "by layer and step",
      about: "colour: change since step 0, one scale" + (one ? "" : " for all") + ", pale where there is none. Point at a row to see its curve, press a cell to go to its step",
      defined: chosen.definition,
      build: (colours, width) => {
        const steps = subject.steps;
        const high = reach();
        const cells = [];
        for (let l = 0; l < count(); l++) {
          const start = subject.at(chosen.key, 0, l);
          steps.forEach((_, probe) => {
            const value = subject.at(chosen.key, probe, l);
            cells.push([probe, l, value === null || start === null ? "-" : value - start, value]);
          });
        }
        const option = heatMap(colours, {
          rows: Array.from({ length: count() }, (_, i) => String(i)), columns: steps.map((step) => tick(step)), cells,
          label: { color: colours.muted, fontSize: 11 },
          edges: { left, right: 8, top: 8, bottom: 44 }, border: 1,
          scale: { low: -high, high, colours: colours.diverging },
          name: ([probe, l]) => atLayer(l) + ", " + atStep(steps[probe]) + (one ? "" : ", " + subject.name),
          tells: ([, , change, value]) => [[null, "value", figure(value)], [null, "since step 0", change === "-" ? "undefined" : signed(change)]],
        });
        const name = { nameLocation: "middle", nameTextStyle: { color: colours.muted, fontSize: 11 } };
        Object.assign(option.xAxis, name, { name: "step", nameGap: 24 });
        Object.assign(option.yAxis, name, { name: "layer", nameGap: 30, inverse: false });
        option.visualMap.seriesIndex = 0;
        option.series.push(marked(colours, placeAtStep(steps)));
        return option;
      },
      summary: () => {
        const last = subject.steps.length - 1;
        return Array.from({ length: count() }, (_, l) => {
          const [start, end] = [subject.at(chosen.key, 0, l), subject.at(chosen.key, last, l)];
          return atLayer(l) + " " + (start === null || end === null ? "undefined" : signed(end - start));
        }).join(", ") + ".";
      },
      table: () => [["step", "layer", "value"], ...subject.steps.flatMap((step, probe) => Array.from({ length: count() }, (_, l) => [step, l, subject.at(chosen.key, probe, l)]))],
    });
    const point = (l) => {
      if (pointed === l) return;
      pointed = l;
      drawn[0].redraw();
    };
    chart.instance.on("mouseover", (hit) => { if (hit.data && hit.seriesType === "heatmap") point(hit.data[1]); });
    chart.instance.on("globalout", () => point(null));
    chart.instance.on("click", (hit) => { if (hit.data && hit.seriesType === "heatmap") moveToStep(subject.steps[hit.data[0]]); });
    return chart;
  }

  rebuild();
  followStep([...new Set(subjects.flatMap((s) => s.steps))], redraw);

  const all = /** @type {!HTMLDetailsElement} */ (part(section, "all"));
  all.addEventListener("toggle", () => {
    if (!all.open) return;
    const grid = part(all, "grid");
    if (grid.childElementCount > 0) return;
    figures.forEach((f) => drawn.push(curves(grid, f)));
  });
  drawQuality(focus, data.quality);
};

/** Beyond so many subjects no buttons switch them. */
const MOST_SWITCHES = 24;

/**
 * Quality by step, where it was measured more than twice.
 * @param {!Element} grid
 * @param {!Array<!Array<{title: string, meaning: string, points: !Array<!Array<?number>>}>>} quality by run
 */
function drawQuality(grid, quality) {
  const measured = new Map();
  quality.forEach((ofRun, i) => {
    for (const q of ofRun) {
      if (q.points.length < 3) continue; // two points are a difference, not a course
      const key = q.title + "\n" + q.meaning;
      if (!measured.has(key)) measured.set(key, { title: q.title, meaning: q.meaning, runs: [] });
      measured.get(key).runs.push([i, q.points]);
    }
  });
  for (const { title, meaning, runs } of measured.values()) {
    /** @param {!Theme} colours */
    const series = (colours) => runs.map(([i, points]) => ({
      name: SEVERAL ? RUNS[i].name : title, color: SEVERAL ? seriesColour(colours, i) : colours.after, symbol: SYMBOLS[i % SYMBOLS.length], bold: !SEVERAL, points,
    }));
    addChart(grid, {
      title: () => title,
      context: "by step",
      about: meaning,
      build: (colours) => lines(colours, { series: series(colours), axis: "doubling", x: atStep }),
      summary: () => describe(series(theme()), atStep),
      table: () => tableOf("step", series(theme())),
    });
  }
}
