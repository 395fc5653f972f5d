"use strict";
// What all sections share: the page's data and their types, elements, figures in words, colours.

/**
 * @typedef {{key: string, title: string, family: string, meaning: string, definition: string, layered: boolean}}
 */
let ChartedFigure;

/** @typedef {{low: number, high: number}} */
let Interval;

/**
 * A model at one time. `figures` and `bands` are by key, then by layer, or one.
 * @typedef {{label: string, step: ?number, layers: number, figures: !Object<string, !Array<?number>>,
 *     bands: !Object<string, !Array<?Interval>>}}
 */
let State;

/** @typedef {{name: string, training: boolean, states: !Array<!State>}} */
let Run;

/** @typedef {{figures: !Array<!ChartedFigure>, runs: !Array<!Run>, sections: !Object<string, ?>}} */
let PageData;

/**
 * The colours in force.
 * @typedef {{rise: string, fall: string, paper: string, raised: string, ink: string, muted: string, rule: string,
 *     before: string, after: string, between: string, accent: string, ramp: !Array<string>, series: !Array<string>,
 *     heat: !Array<string>, diverging: !Array<string>, font: string}}
 */
let Theme;

/** @type {!PageData} */
const DATA = /** @type {!PageData} */ (JSON.parse(/** @type {string} */ (document.getElementById("data").textContent)));
const RUNS = DATA.runs;
const FIGURES = DATA.figures;
const SEVERAL = RUNS.length > 1;

/** What draws each section, by its id: it gets the section and the section's data. */
const DRAW = /** @type {!Object<string, function(!Element, ?): void>} */ ({});

/**
 * Makes an element: properties, then children; strings become text, never markup.
 * @param {string} name
 * @param {?Object=} properties
 * @param {...(string|!Node)} children
 * @return {?}
 */
function make(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * As the Java side writes figures: three or four significant digits.
 * @param {?number|undefined} value
 * @return {string}
 */
function figure(value) {
  if (value === null || value === undefined) return "undefined";
  const size = Math.abs(value);
  let text;
  if (size === 0) text = "0";
  else if (size < 0.0005) text = value.toExponential(1).replace("e+", "e");
  else text = value.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
  return text.replace("-", "\u2212");
}

/**
 * A difference: with its sign, also where it is a rise.
 * @param {?number} value
 * @return {string}
 */
const signed = (value) => (value !== null && value > 0 ? "+" : "") + figure(value);

/**
 * A figure on an axis: as short as it can be.
 * @param {number} value
 * @return {string}
 */
function tick(value) {
  const size = Math.abs(value);
  const text = size > 0 && size < 0.001 ? value.toExponential(0) : String(+value.toPrecision(4));
  return text.replace("-", "\u2212");
}

/**
 * A whole number with its thousands apart.
 * @param {number} value
 * @return {string}
 */
const counted = (value) => value.toLocaleString("en");

/**
 * At most `most` characters, whole ones.
 * @param {string} text
 * @param {number} most
 * @return {string}
 */
function short(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : characters.slice(0, most - 1).join("") + "\u2026";
}

/** @param {number} step */
const atStep = (step) => "step " + counted(step);
/** @param {number} layer */
const atLayer = (layer) => "layer " + layer;

/**
 * The page's custom properties.
 * @return {!Theme}
 */
function theme() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const read = (name) => style.getPropertyValue("--" + name).trim();
  /** @param {string} name */
  const five = (name) => [0, 1, 2, 3, 4].map((i) => read(name + "-" + i));
  return {
    rise: read("rise"), fall: read("fall"), paper: read("paper"), raised: read("raised"), ink: read("ink"), muted: read("muted"), rule: read("rule"),
    before: read("before"), after: read("after"), between: read("between"), accent: read("accent"),
    ramp: read("ramp").split(/\s+/), series: read("series").split(/\s+/),
    heat: five("heat"), diverging: five("diverging"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/**
 * The colour at `share` (0 to 1) of a list of colours #rrggbb.
 * @param {!Array<string>} colours
 * @param {number} share
 * @return {string}
 */
function between(colours, share) {
  const at = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const low = Math.min(colours.length - 2, Math.floor(at));
  /** @param {string} colour @param {number} i */
  const channel = (colour, i) => parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) =>
    Math.round(channel(colours[low], i) + (at - low) * (channel(colours[low + 1], i) - channel(colours[low], i))));
  return "#" + mixed.map((c) => c.toString(16).padStart(2, "0")).join("");
}

/** @param {!Theme} colours @param {number} i */
const seriesColour = (colours, i) => colours.series[i % colours.series.length];
/** @param {!Theme} colours @param {number} layer @param {number} count */
const layerColour = (colours, layer, count) => between(colours.ramp, count < 2 ? 1 : layer / (count - 1));
/** @param {!State} state */
const lastLayer = (state) => state.layers - 1;

/**
 * The part of a section with this class, which is there.
 * @param {!Element} section
 * @param {string} name
 * @return {!HTMLElement}
 */
const part = (section, name) => /** @type {!HTMLElement} */ (section.querySelector("." + name));
