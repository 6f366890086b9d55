/** @import { Hello } from './protocol.js' */

/** Names that drivers give when the CPU draws. */
const SOFTWARE = /llvmpipe|softpipe|swiftshader|software/i;

/**
 * What this Chromium can do that the avatar needs.
 * @returns {Hello['features']}
 */
export function detectFeatures() {
  const context = document.createElement('canvas').getContext('webgl2');
  const renderer = context ? rendererName(context) : '';
  // A probe must not hold one of the few contexts a page may have.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return {
    webgl2: context !== null,
    encodedTransforms: 'RTCRtpScriptTransform' in globalThis,
    softwareRendering: context === null || SOFTWARE.test(renderer),
  };
}

/**
 * @param {WebGL2RenderingContext} context
 * @returns {string}
 */
function rendererName(context) {
  const info = context.getExtension('WEBGL_debug_renderer_info');
  return String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
}

/**
 * @param {string} userAgent
 * @returns {string} Chromium's version, empty where it is not named
 */
export function chromiumVersion(userAgent) {
  return /Chrom(?:e|ium)\/([\d.]+)/.exec(userAgent)?.[1] ?? '';
}
