"use strict";
// Every figure layer by layer: before, at the chosen step, and after.

DRAW.layers = (section) => {
  const controls = part(section, "controls");
  const grid = part(section, "grid");
  /** @type {!Array<!Chart>} */
  const drawn = [];
  const redraw = () => drawn.forEach((chart) => chart.redraw());
  const hidden = new Set();
  let run = RUNS[chooseRun(controls, (i) => RUNS[i].states.length > 0, (chosen) => { run = RUNS[chosen]; hidden.clear(); redrawLegend(); redraw(); })];
  const label = (word, state) => (state.label === word ? word : word + " (" + state.label + ")");
  /** @param {!Theme} colours */
  const names = (colours) => {
    const states = run.states;
    if (states.length === 1) return [{ name: states[0].label, state: states[0], color: colours.after, bold: true }];
    const last = states.length - 1;
    const all = [
      { name: label("before", states[0]), state: states[0], color: colours.before, dashed: true },
      { name: label("after", states[last]), state: states[last], color: colours.after, bold: true },
    ];
    const at = run.training ? placeAtStep(states.map((state) => state.step)) : last;
    if (at > 0 && at < last) all.splice(1, 0, { name: states[at].label, state: states[at], color: colours.between, symbol: "triangle" });
    return all;
  };
  /** @param {!Theme} colours @param {string} key */
  const series = (colours, key) => names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
    points: (s.state.figures[key] || []).map((value, i) => [i, value, (s.state.bands[key] || [])[i]]),
  }));
  const redrawLegend = legend(controls, names, hidden, redraw);
  FIGURES.filter((f) => f.layered).forEach((f) => drawn.push(addChart(grid, {
    title: () => f.title,
    context: "by layer",
    about: f.meaning,
    defined: f.definition,
    build: (colours) => lines(colours, { series: series(colours, f.key), axis: "whole", x: atLayer }),
    summary: () => describe(series(theme(), f.key), atLayer),
    table: () => tableOf("layer", series(theme(), f.key)),
  })));
  const steps = stepsOfTrainings();
  if (steps.length > 1) followStep(steps, () => { redrawLegend(); redraw(); });
};
