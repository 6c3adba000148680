// Runs in the page of a night: how long the viewer takes from asking to its picture.
const element = document.getElementById("viewer");
const viewer = element.viewer;
const frame = () => new Promise(requestAnimationFrame);
const GOLDEN = 0.6180339887;

const sharp = () => new Promise((resolve) => {
  const watch = new MutationObserver(() => {
    if (!element.dataset.shown) return;
    watch.disconnect();
    resolve();
  });
  watch.observe(element, { attributes: true, attributeFilter: ["data-shown"] });
});

let running = null;
const draw = viewer.draw.bind(viewer);
viewer.draw = () => {
  const began = performance.now();
  draw();
  // Rows are drawn in the same turn, after this.
  queueMicrotask(() => queueMicrotask(() => running?.draws.push(performance.now() - began)));
  running?.places.add(`${viewer.shown.startS},${viewer.shown.spanS}`);
};

window.measured = {
  show(n) {
    viewer.rows.forEach((row, k) => { row.isShown = k < n; });
    viewer.resize();
  },

  // To another place whose signals are not there: until the frame after they were drawn.
  async jumps(spanS, times) {
    const room = viewer.shown.durationS - spanS;
    const took = [];
    for (let k = 0; k < times; k += 1) {
      viewer.tiles.tile = null;
      element.dataset.shown = "";
      const began = performance.now();
      viewer.shown.centre(spanS / 2 + ((k * GOLDEN) % 1) * room, spanS);
      viewer.changed();
      await sharp();
      await frame();
      took.push(performance.now() - began);
    }
    return took;
  },

  // Time from frame to frame while somebody drags or zooms; every frame is drawn anew.
  begin() {
    running = { frames: [], draws: [], places: new Set(), last: performance.now() };
    const each = (now) => {
      if (!running) return;
      running.frames.push(now - running.last);
      running.last = now;
      viewer.changed();
      requestAnimationFrame(each);
    };
    requestAnimationFrame((now) => {
      running.last = now;
      requestAnimationFrame(each);
    });
  },

  end() {
    const found = running;
    running = null;
    return { frames: found.frames, draws: found.draws, places: found.places.size, spanS: viewer.shown.spanS };
  },
};
