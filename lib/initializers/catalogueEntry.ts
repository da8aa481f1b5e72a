/** What a row of the table of initializers says, and the names of other libraries. */

/** What another library calls an initializer. */
export interface Elsewhere {
  readonly library: string;
  /** As its users write it, without the module: "dirac_". */
  readonly name: string;
  /** The options for which that is so: a value, one of several, or undefined for an option that is not given; all others are free. */
  readonly when?: Readonly<Record<string, Choice | readonly Choice[]>>;
}

export type Choice = string | number | boolean | undefined;

/** One row of the table of initializers. */
export interface CatalogueEntry {
  /** What is drawn, in TeX; n is fanIn, m is fanOut. */
  readonly formula: string;
  readonly law: string;
  readonly use: string;
  readonly reference: string;
  readonly elsewhere?: readonly Elsewhere[];
  /** Who means something else by the same name. */
  readonly beware?: string;
}

type Naming = (name: string, when?: Elsewhere["when"]) => Elsewhere;

/** Those of a library, as its users write them after its module's name. */
export const of = (library: string): Naming => (name, when) => ({ library, name, when });

export const torch = of("PyTorch");
export const jax = of("JAX");
export const keras = of("Keras");
export const tfjs = of("TensorFlow.js");
export const haiku = of("Haiku");
export const neox = of("GPT-NeoX");
export const timm = of("timm");
