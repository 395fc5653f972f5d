"use strict";
// Loss, learning rate and gradient norm, step by step.

DRAW.training = (section, data) => {
  const controls = part(section, "controls");
  const grid = part(section, "grid");
  const measured = RUNS.map((_, i) => i).filter((i) => data[i] !== null);
  const hidden = new Set();
  /** @param {!Theme} colours */
  const names = (colours) => measured.map((i) => ({
    name: RUNS[i].name, run: i, plain: true, color: SEVERAL ? seriesColour(colours, i) : colours.after, dashed: i % 2 === 1,
  }));
  /** @type {!Array<!Chart>} */
  const drawn = [];
  legend(controls, names, hidden, () => drawn.forEach((chart) => chart.redraw()));
  for (const [key, title, about] of [
    ["loss", "Loss", "mean over the batch, in nats"],
    ["learningRate", "Learning rate", "in force at the step"],
    ["gradientNorm", "Gradient norm", "over all parameters, before clipping"],
  ]) {
    /** @param {!Theme} colours */
    const series = (colours) => names(colours).filter((s) => !hidden.has(s.name)).map((s) => Object.assign({}, s, {
      name: SEVERAL ? s.name : title,
      points: data[s.run][key].map((value, i) => [data[s.run].step[i], value]),
    }));
    drawn.push(addChart(grid, {
      title: () => title,
      about,
      build: (colours) => lines(colours, { series: series(colours), axis: "linear", x: atStep }),
      summary: () => describe(series(theme()), atStep),
      table: () => tableOf("step", series(theme())),
    }));
  }
};
