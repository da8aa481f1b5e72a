/** Names of other libraries' initializers. */
import type { Elsewhere } from "./catalogue.ts";

type Naming = (name: string, when?: Elsewhere["when"]) => Elsewhere;

/** Those of a library, as its users write them after its module's name. */
export const of = (library: string): Naming => (name, when) => ({ library, name, when });

export const torch = of("PyTorch");
export const jax = of("JAX");
export const keras = of("Keras");
export const tfjs = of("TensorFlow.js");
export const haiku = of("Haiku");
