"use strict";
// The step that the whole page shows: one bar moves it, every section follows.

/**
 * `step` is the one chosen, infinite at the end: a section shows its last probe that is not beyond it.
 * @type {{steps: !Array<number>, step: number, followers: !Array<function(): void>}}
 */
const cursor = { steps: [], step: Infinity, followers: [] };

const PLAY_MS = 900;

/**
 * A section that follows the step.
 * @param {!Array<number>} steps that it can show
 * @param {function(): void} follow is called after every move
 */
function followStep(steps, follow) {
  cursor.steps = [...new Set([...cursor.steps, ...steps])].sort((a, b) => a - b);
  cursor.followers.push(follow);
}

/**
 * The steps at which any training on the page was probed.
 * @return {!Array<number>}
 */
const stepsOfTrainings = () => RUNS.filter((run) => run.training)
  .flatMap((run) => run.states.map((state) => state.step)).filter((step) => step !== null);

/**
 * The place of the last of these steps that is not beyond the one chosen.
 * @param {!Array<number>} steps in their order
 * @return {number}
 */
function placeAtStep(steps) {
  let place = 0;
  steps.forEach((step, i) => { if (step <= cursor.step) place = i; });
  return place;
}

/** @param {number} step */
function moveToStep(step) {
  cursor.step = step;
  const bar = document.getElementById("cursor");
  const place = placeAtStep(cursor.steps);
  const input = /** @type {?HTMLInputElement} */ (bar.querySelector("input"));
  if (input) {
    input.value = String(place);
    const words = atStep(cursor.steps[place]);
    input.setAttribute("aria-valuetext", words);
    bar.querySelector("output").textContent = words;
  }
  for (const follow of cursor.followers) follow();
}

/** Shows the bar, where there is anything to move through. */
function drawCursor() {
  if (cursor.steps.length < 2) return;
  const bar = /** @type {!HTMLElement} */ (document.getElementById("cursor"));
  const last = cursor.steps.length - 1;
  let timer = 0;
  const play = make("button", { type: "button", className: "play" });
  /** @param {boolean} on */
  const playing = (on) => {
    play.textContent = on ? "Pause" : "Play";
    play.setAttribute("aria-pressed", String(on));
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    playing(false);
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (placeAtStep(cursor.steps) === last) moveToStep(cursor.steps[0]);
    playing(true);
    timer = setInterval(() => {
      const place = placeAtStep(cursor.steps) + 1;
      moveToStep(cursor.steps[place]);
      if (place >= last) stop();
    }, PLAY_MS);
  });
  const input = make("input", { type: "range", min: "0", max: String(last), step: "1", "aria-label": "Step shown" });
  input.addEventListener("input", () => { stop(); moveToStep(cursor.steps[+input.value]); });
  /** @param {number} by */
  const go = (by) => {
    stop();
    moveToStep(cursor.steps[Math.min(last, Math.max(0, placeAtStep(cursor.steps) + by))]);
  };
  const back = make("button", { type: "button", "aria-label": "One probe back" }, "\u2039");
  const on = make("button", { type: "button", "aria-label": "One probe on" }, "\u203a");
  back.addEventListener("click", () => go(-1));
  on.addEventListener("click", () => go(1));
  bar.append(play, back, input, on, make("output"));
  bar.hidden = false;
  playing(false);
  // Arrow keys move it from anywhere but from where they have a meaning of their own.
  document.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = /** @type {!Element} */ (event.target);
    if (at.closest("input, select, textarea, .plot[tabindex], .scroll")) return;
    event.preventDefault();
    go(by);
  });
  moveToStep(cursor.steps[last]);
}
