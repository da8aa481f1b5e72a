/**
 * The random streams of PyTorch, JAX, TensorFlow.js and seedrandom, bit for bit.
 *
 * @module
 */
export { TorchRng, torchRng } from "./torch.ts";
export * as torchInit from "./torchInit.ts";
export { JaxRng, jaxRng } from "./jax.ts";
export * as jaxInit from "./jaxInit.ts";
export { SeedrandomRng, seedrandomRng, tfjsRng } from "./seedrandom.ts";
export type { SeedrandomName } from "./seedrandom.ts";
