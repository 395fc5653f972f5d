"use strict";
// Token types: how each changed, tested where it was; a list that is searched.

/** @typedef {{measured: number, estimate: number, low: number, high: number, qValue: number}} */
let TestedChange;

/** @typedef {{token: string, wordClass: string, groups: number, correlation: !TestedChange, similarity: !TestedChange}} */
let TestedType;

/** @typedef {{tests: number, falseDiscoveryRate: number, correlationChanged: number, similarityChanged: number, types: !Array<!TestedType>}} */
let Tested;

/** @typedef {{token: string, occurrences: number, before: ?number, after: number, change: ?number, low: ?number, high: ?number}} */
let MeasuredType;

/** @typedef {{tested: ?Tested, total: number, types: !Array<!MeasuredType>}} */
let Changes;

const MOST_ROWS = 200;
const MOST_BARS = 12;

DRAW.changes = (section, data) => {
  const controls = part(section, "controls");
  const grid = part(section, "wide");
  let run = chooseRun(controls, (i) => data[i] !== null, (chosen) => { run = chosen; tell(); });
  let wanted = "";
  const search = make("input", { type: "search", autocomplete: "off", spellcheck: false, placeholder: "part of a token" });
  search.addEventListener("input", () => { wanted = search.value.toLowerCase(); tell(); });
  controls.append(make("label", {}, "Find", search));
  const tested = () => data[run].tested;
  const compared = () => tested() !== null || data[run].types[0].change !== null;
  const value = (type) => (tested() !== null ? type.correlation.estimate : compared() ? type.change : type.after);
  const sampled = (types) => types.some((type) => type.low !== null);
  const interval = (change) => (change.low === null ? "" : signed(change.low) + " to " + signed(change.high));
  const matching = (types) => types.filter((type) => type.token.toLowerCase().includes(wanted));
  const listed = () => matching((tested() ?? data[run]).types);
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
    table: () => (tested() !== null
      ? [["token", "class", "groups", "type correlation", "low", "high", "q", "adjusted self-similarity", "low", "high", "q"],
        ...listed().map((type) => [type.token, type.wordClass, type.groups, ...[type.correlation, type.similarity].flatMap((change) => [change.estimate, change.low, change.high, change.qValue])])]
      : [["token", "occurrences", "before", "after", "change", "low", "high"], ...listed().map((type) => [type.token, type.occurrences, type.before, type.after, type.change, type.low, type.high])]),
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
    const { total, types } = data[run];
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
    others.hidden = tested() === null || data[run].types.length === 0;
    if (!others.hidden) fillMeasured(others.querySelector("table"), matching(data[run].types));
    chart.resize();
  }
  tell();
};
