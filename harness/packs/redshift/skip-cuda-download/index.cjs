// onnxruntime-node carries its CPU libraries inside the package. On Linux its install script downloads the CUDA
// libraries too, which needs a network beyond the npm registry, and it has no setting that npm accepts in .npmrc. The
// script calls `bootstrap()` before it reads this variable, and uses global-agent for nothing else.
exports.bootstrap = () => {
  process.env.ONNXRUNTIME_NODE_INSTALL ??= 'skip';
};
