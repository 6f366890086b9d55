/**
 * Counts encoded frames on their way to the decoder, and lets every one of them pass.
 *
 * One worker serves all receivers of the page; each transform has an id of its own.
 */

/** Often enough to find a stall within a twentieth of its 3 s, seldom enough to cost nothing. */
const REPORT_MS = 150;

const scope = /** @type {any} */ (self);

scope.addEventListener('rtctransform', (/** @type {any} */ event) => {
  const { readable, writable, options } = event.transformer;
  let count = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pending;
  const report = () => {
    pending = undefined;
    reportedAt = performance.now();
    scope.postMessage({ id: options.id, count });
    count = 0;
  };
  const counter = new TransformStream({
    transform(frame, controller) {
      controller.enqueue(frame);
      count += 1;
      const wait = reportedAt + REPORT_MS - performance.now();
      if (wait <= 0) report();
      else pending ??= setTimeout(report, wait);
    },
  });
  // The pipe ends with its receiver: that is not an error.
  readable
    .pipeThrough(counter)
    .pipeTo(writable)
    .catch(() => clearTimeout(pending));
});
