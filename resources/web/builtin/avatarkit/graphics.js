/** @type {boolean | null} */
let software = null;

/**
 * Whether pictures are drawn by the processor: no WebGL, or one that names a software renderer. Asked once a page,
 * because even a throw-away context costs memory.
 * @returns {boolean}
 */
export function drawsInSoftware() {
  if (software === null) {
    const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
    const names = gl?.getExtension('WEBGL_debug_renderer_info');
    const renderer = gl ? String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER)) : '';
    software = gl === null || isSoftwareRenderer(renderer);
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return software;
}

/**
 * @param {string} renderer WebGL's name of what draws
 * @returns {boolean}
 */
export function isSoftwareRenderer(renderer) {
  return /llvmpipe|swiftshader|softpipe|software|basic render/i.test(renderer);
}
