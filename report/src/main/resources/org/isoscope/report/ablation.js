"use strict";
// What the settings of a sweep move: figures against a setting, in small multiples, and isotropy against
// quality.

/** @typedef {{id: string, arm: string, seed: number, at: !Array<?string>, values: !Object<string, ?number>, isotropy: ?number}} */
let AblationRun;

/** @typedef {{effect: ?number, low: ?number, high: ?number, verdict: string}} */
let Order;

/** @typedef {{settings: !Array<string>, figures: !Array<?>, runs: !Array<!AblationRun>, order: ?Order}} */
let Ablation;

/** Settings that may be the horizontal axis, the lines and the columns, the first choice first. */
const ALONG = ["temperature", "learning-rate", "steps", "batch-size", "dropout"];
const LINES = ["batch-size"];
const COLUMNS = ["pooling"];
/** Of one arm so many dots are drawn. */
const MOST_DOTS = 40;

DRAW.ablation = (section, data) => {
  const controls = part(section, "controls");
  const multiples = part(section, "multiples");
  const halves = part(section, "halves");
  let sweep = data[chooseRun(controls, (i) => data[i] !== null, (chosen) => { sweep = data[chosen]; rebuild(); })];
  const place = make("span", { className: "controls" });
  controls.append(place);
  /** @type {!Array<!Chart>} */
  let drawn = [];

  const numeric = (setting) => {
    const at = sweep.settings.indexOf(setting);
    return sweep.runs.every((run) => run.at[at] === null || Number.isFinite(Number(run.at[at])));
  };
  function rebuild() {
    drawn.forEach((chart) => chart.remove());
    drawn = [];
    place.replaceChildren();
    multiples.replaceChildren();
    const settings = sweep.settings;
    const first = (wanted, taken) => wanted.find((name) => settings.includes(name) && !taken.includes(name));
    const along = first(ALONG.filter(numeric), []) || settings.find(numeric) || settings[0];
    const lineBy = first(LINES, [along]) || null;
    const columnBy = first(COLUMNS, [along, lineBy]) || null;
    const value = (run, setting) => (setting === null ? null : run.at[settings.indexOf(setting)]);
    // Whatever else differs parts the runs into groups, of which one is shown.
    const others = settings.filter((name) => name !== along && name !== lineBy && name !== columnBy);
    const groupOf = (run) => others.map((name) => (value(run, name) === null ? null : name + " " + value(run, name))).filter((text) => text !== null).join(", ") || "no other setting";
    const groups = new Map();
    for (const run of sweep.runs) groups.set(groupOf(run), (groups.get(groupOf(run)) || 0) + 1);
    const names = [...groups].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    let group = names[0];
    if (names.length > 1) choice(place, "Runs with", names.map((name) => [name, name + " (" + groups.get(name) + ")"]), group, (chosen) => { group = chosen; draw(); });

    function draw() {
      drawn.forEach((chart) => chart.remove());
      multiples.replaceChildren();
      const runs = sweep.runs.filter((run) => groupOf(run) === group);
      const columns = [...new Set(runs.map((run) => value(run, columnBy)))];
      const lined = [...new Set(runs.map((run) => value(run, lineBy)))].sort((a, b) => Number(a) - Number(b));
      const places = [...new Set(runs.map((run) => value(run, along)))];
      const isNumeric = numeric(along) && !places.includes(null);
      const logarithmic = isNumeric && places.every((x) => Number(x) > 0) && places.length > 2;
      if (isNumeric) places.sort((a, b) => Number(a) - Number(b));
      const x = (run) => (isNumeric ? Number(value(run, along)) : places.indexOf(value(run, along)));
      const told = (setting, v) => (v === null ? setting + " by default" : setting + " " + v);
      const entries = (colours) => (lined.length < 2 ? [] : lined.map((line, i) => ({ name: told(lineBy, line), color: seriesColour(colours, i) })));
      place.querySelectorAll(".legend").forEach((old) => old.remove());
      legend(place, entries, hidden, () => drawn.forEach((chart) => chart.redraw()));
      multiples.style.setProperty("--columns", String(columns.length));
      drawn = sweep.figures.flatMap((row) => {
        const change = (run) => valueOf(run.values[row.key]);
        const all = runs.map(change).filter((y) => y !== null);
        if (all.length === 0) return [];
        const pad = 0.06 * (Math.max(...all) - Math.min(...all)) || Math.abs(all[0]) * 0.1 || 1;
        const [low, high] = [Math.min(...all, row.quality ? Infinity : 0) - pad, Math.max(...all, row.quality ? -Infinity : 0) + pad];
        return columns.map((column) => panel(row, column, { low, high, runs: runs.filter((run) => value(run, columnBy) === column), change }));
      });
      const order = isotropyAgainstQuality(runs);
      if (order !== null) drawn.push(order);

      function panel(row, column, { low, high, runs: within, change }) {
        /** Means over seeds, by line and place. */
        const series = (colours) => lined.map((line, i) => {
          const ofLine = within.filter((run) => value(run, lineBy) === line);
          const points = places.map((at) => {
            const ys = ofLine.filter((run) => value(run, along) === at).map(change).filter((y) => y !== null);
            const mean = ys.reduce((sum, y) => sum + y, 0) / ys.length;
            return [isNumeric ? Number(at) : places.indexOf(at), ys.length ? mean : null, ys.length > 1 ? { low: Math.min(...ys), high: Math.max(...ys) } : null];
          }).filter(([, y]) => y !== null);
          return { name: lineBy === null ? "mean over seeds" : told(lineBy, line), color: lined.length < 2 ? colours.after : seriesColour(colours, i), points, ofLine };
        }).filter((s) => !hidden.has(s.name) && s.points.length > 0);
        const chart = addChart(multiples, {
          title: () => row.title,
          context: columnBy === null ? undefined : told(columnBy, column),
          defined: row.definition,
          about: (columnBy === null ? "" : told(columnBy, column) + "; ") + row.meaning,
          build: (colours) => {
            const shown = series(colours);
            return {
              grid: { left: 6, right: 12, top: 10, bottom: 22, containLabel: true },
              xAxis: {
                type: isNumeric ? (logarithmic ? "log" : "value") : "category", data: isNumeric ? undefined : places.map((at) => (at === null ? "default" : at)),
                min: isNumeric ? Number(places[0]) / (logarithmic ? 1.25 : 1) : undefined, max: isNumeric ? Number(places[places.length - 1]) * (logarithmic ? 1.25 : 1) : undefined,
                name: along, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: colours.muted, fontSize: 11 },
                axisLine: { onZero: false, lineStyle: { color: colours.rule } }, axisTick: { show: false }, splitLine: { show: false },
                axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true, formatter: isNumeric ? tick : undefined, showMinLabel: !isNumeric, showMaxLabel: !isNumeric },
              },
              yAxis: { type: "value", min: low, max: high, splitNumber: 3, axisLabel: { color: colours.muted, fontSize: 11, formatter: tick, showMinLabel: false, showMaxLabel: false }, splitLine: { lineStyle: { color: colours.rule } } },
              tooltip: {
                trigger: "item",
                formatter: (hit) => (hit.seriesType === "scatter"
                  ? tip(hit.data[2], [[hit.color, row.title, row.quality ? figure(hit.data[1]) : signed(hit.data[1])]])
                  : tip(along + " " + (isNumeric ? tick(hit.data[0]) : hit.name), [[hit.color, hit.seriesName, (row.quality ? figure(hit.data[1]) : signed(hit.data[1])) + seedRange(hit.data[3])]])),
              },
              series: shown.flatMap((s) => [
                ...band(s, (at) => at),
                { type: "line", name: s.name, color: s.color, data: s.points.map(([at, y, interval]) => [at, y, at, interval]), symbolSize: 6, lineStyle: { width: 2 }, z: 3 },
                { type: "scatter", name: s.name + ", runs", color: s.color, symbolSize: 5, itemStyle: { opacity: 0.6 }, z: 2, data: dots(s.ofLine) },
              ]),
            };
          },
          summary: () => describe(series(theme()), (at) => along + " " + (isNumeric ? tick(at) : places[at])),
          table: () => [["run", "seed", along, ...(lineBy === null ? [] : [lineBy]), "value"], ...within.map((run) => [run.id, run.seed, value(run, along), ...(lineBy === null ? [] : [value(run, lineBy)]), change(run)])],
        });
        /** The runs of a line; of an arm with very many, some. */
        function dots(of) {
          const perArm = new Map();
          return of.flatMap((run) => {
            const count = perArm.get(run.arm) || 0;
            perArm.set(run.arm, count + 1);
            const y = change(run);
            return y === null || count >= MOST_DOTS ? [] : [[x(run), y, run.id]];
          });
        }
        chart.instance.on("click", (hit) => { if (hit.seriesType === "scatter") showRun(hit.data[2]); });
        return chart;
      }
    }
    const hidden = new Set();
    draw();
  }

  /** @param {?Interval|undefined} interval */
  const seedRange = (interval) => (interval ? ", seeds " + figure(interval.low) + " to " + figure(interval.high) : "");

  /** @param {!Array<?>} runs */
  function isotropyAgainstQuality(runs) {
    const row = sweep.figures.find((f) => f.quality);
    if (!row) return null;
    const points = runs.flatMap((run) => {
      const isotropy = run.isotropy;
      const quality = valueOf(run.values[row.key]);
      return isotropy === null || quality === null ? [] : [{ run, isotropy, quality }];
    });
    if (points.length < 3) return null;
    const arms = [...new Set(points.map(({ run }) => run.arm))];
    const chart = addChart(halves, {
      title: () => "Isotropy against " + row.title,
      about: "a dot is a run, a ring the mean of an arm; anisotropy after, to the left is more isotropic"
        + (sweep.order === null || sweep.order.effect === null ? "" : ". Spearman\u2019s correlation of isotropy with quality over all arms: " + signed(sweep.order.effect)
          + (sweep.order.low === null ? ", without an interval" : " (" + figure(sweep.order.low) + " to " + figure(sweep.order.high) + ")")),
      build: (colours) => ({
        grid: { left: 8, right: 16, top: 12, bottom: 24, containLabel: true },
        xAxis: { type: "value", scale: true, name: "anisotropy", nameLocation: "middle", nameGap: 24, nameTextStyle: { color: colours.muted, fontSize: 11 }, axisLabel: { color: colours.muted, fontSize: 11, formatter: tick }, splitLine: { lineStyle: { color: colours.rule } } },
        yAxis: { type: "value", scale: true, axisLabel: { color: colours.muted, fontSize: 11, formatter: tick }, splitLine: { lineStyle: { color: colours.rule } } },
        tooltip: { trigger: "item", formatter: (hit) => tip(hit.data[2], [[null, "anisotropy", figure(hit.data[0])], [null, row.title, figure(hit.data[1])]]) },
        series: [
          { type: "scatter", name: "runs", symbolSize: 6, color: colours.after, itemStyle: { opacity: 0.55 }, data: points.map(({ run, isotropy, quality }) => [isotropy, quality, run.id]) },
          {
            type: "scatter", name: "arms", symbolSize: 13, itemStyle: { color: "transparent", borderColor: colours.before, borderWidth: 2 },
            data: arms.map((arm) => {
              const of = points.filter(({ run }) => run.arm === arm);
              const mean = (key) => of.reduce((sum, point) => sum + point[key], 0) / of.length;
              return [mean("isotropy"), mean("quality"), arm];
            }),
          },
        ],
      }),
      summary: () => points.length + " runs of " + arms.length + " arms." + (sweep.order === null ? "" : " " + sweep.order.verdict),
      table: () => [["run", "anisotropy", row.title], ...points.map(({ run, isotropy, quality }) => [run.id, isotropy, quality])],
    });
    chart.instance.on("click", (hit) => { if (hit.seriesName === "runs") showRun(hit.data[2]); });
    return chart;
  }

  rebuild();
};

/**
 * Lands in a run's row.
 * @param {string} id
 */
function showRun(id) {
  for (const row of document.querySelectorAll("#runs tr[data-run]")) {
    const found = row.getAttribute("data-run") === id;
    row.classList.toggle("found", found);
    if (found) {
      const folded = row.closest("details");
      if (folded) folded.setAttribute("open", "");
      row.scrollIntoView({ block: "center", behavior: "instant" });
      const link = /** @type {?HTMLElement} */ (row.querySelector("a"));
      if (link) link.focus({ preventScroll: true });
    }
  }
}
