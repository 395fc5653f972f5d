"use strict";
// Rogue dimensions: their shares, and where they lead from layer to layer and from step to step.

DRAW.rogue = (section, data) => {
  const controls = part(section, "controls");
  const grid = part(section, "wide");
  let layer = "last";
  let run = chooseRun(controls, (i) => data[i].some((state) => state.some((ranked) => ranked.length > 0)),
    (chosen) => { run = chosen; layer = "last"; fill(); redrawLegend(); redraw(); });
  const states = () => RUNS[run].states;
  const place = make("span");
  controls.append(place);
  const fill = () => {
    place.replaceChildren();
    choice(place, "Layer", [["last", "last layer"], ...Array.from({ length: states()[0].layers }, (_, i) => [i, atLayer(i)])], layer,
      (value) => { layer = value; redraw(); });
  };
  fill();
  const hidden = new Set();
  /** Where the chosen step stands, of a training; else the last. */
  const shownState = () => (RUNS[run].training ? placeAtStep(states().map((state) => state.step)) : states().length - 1);
  /** @param {!Theme} colours */
  const names = (colours) => {
    const last = states().length - 1;
    if (last === 0) return [{ name: states()[0].label, state: 0, color: colours.after }];
    const at = shownState();
    return [{ name: "before", state: 0, color: colours.before }, ...(at === 0 ? [] : [{ name: at === last ? "after" : states()[at].label, state: at, color: colours.after }])];
  };
  /** @param {number} state */
  const shares = (state) => new Map(data[run][state][layer === "last" ? lastLayer(states()[state]) : +layer] || []);
  const bars = (colours) => {
    const shown = names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, { shares: shares(s.state) }));
    const dimensions = [...new Set(shown.flatMap((s) => [...s.shares.keys()]))];
    return { shown, dimensions };
  };
  const redrawLegend = legend(controls, names, hidden, () => redraw());
  const chart = addChart(grid, {
    title: () => "Shares of the mean cosine, " + (layer === "last" ? "last layer" : atLayer(+layer)),
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
    table: () => [["dimension", "state", "share"], ...bars(theme()).shown.flatMap((s) => [...s.shares].map(([dimension, share]) => [dimension, s.name, share]))],
    summary: () => bars(theme()).shown.map((s) => {
      const [first] = s.shares;
      return s.name + ": " + (first ? "dimension " + first[0] + " is the largest with " + figure(100 * first[1]) + " per cent." : "none.");
    }).join(" "),
  });
  const followed = drawFollowed(section, () => ({ run: RUNS[run], rogue: data[run], layer: layer === "last" ? lastLayer(states()[0]) : +layer }));
  const redraw = () => { chart.redraw(); followed(); };
  const steps = stepsOfTrainings();
  if (steps.length > 1) followStep(steps, () => { redrawLegend(); redraw(); });
};

const MOST_FOLLOWED = 8;

/**
 * Follows the dimensions that lead somewhere: across the layers of each end, and across the steps of a
 * training. `chosen()` gives {run, rogue, layer}; what is returned redraws.
 * @param {!Element} section
 * @param {function(): {run: !Run, rogue: !Array<!Array<!Array<!Array<number>>>>, layer: number}} chosen
 * @return {function(): void}
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
  const grid = part(section, "halves");
  /** @type {!Array<!Chart>} */
  const drawn = [];
  /** @type {?Run} */
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
    table: () => tableOf(axis === "doubling" ? "step" : "layer", series(theme())),
  }));
  const draw = () => {
    const { run, rogue } = chosen();
    if (drawnFor === run) return drawn.forEach((chart) => chart.redraw());
    drawnFor = run;
    drawn.splice(0).forEach((chart) => chart.remove());
    const last = run.states.length - 1;
    for (const state of last === 0 ? [0] : [0, last]) {
      if (rogue[state].length > 1) add("From layer to layer", last > 0 ? run.states[state].label : "", (colours) => follow(rogue[state], (i) => i, colours), "whole", atLayer);
    }
    if (run.training && run.states.length > 2) {
      const course = (colours) => follow(rogue.map((state) => state[chosen().layer]), (i) => run.states[i].step, colours);
      add("From step to step", "chosen layer", course, "doubling", atStep);
    }
  };
  draw();
  return draw;
}

