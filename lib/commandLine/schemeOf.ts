import { OpenFile } from "../checkpoints/file.ts";
import type { Model } from "../nn/model.ts";
import type { Scheme } from "../nn/schemes.ts";
import { schemeFrom, type SchemeSpec } from "../schemes/schemeFrom.ts";
import { modelOf, type ModelSettings } from "./modelOf.ts";
import { UsageError } from "./terminal.ts";

/** The model that a file of settings describes. */
export function modelIn(path: string): Model {
  const file = new OpenFile(path);
  try {
    const text = new TextDecoder().decode(file.bytes(0, file.size));
    return modelOf(jsonIn(path, text) as ModelSettings);
  } finally {
    file.close();
  }
}

/** A scheme by name or as JSON; the base and the schemes that it may have in turn as the command takes them. */
export function schemeOf(where: string, text: string): Scheme {
  if (!text.trimStart().startsWith("{")) return schemeFrom({ name: text });
  const { base, ...spec } = jsonIn(where, text) as { [option: string]: unknown };
  for (const inner of ["scheme", "otherwise"]) {
    if (typeof spec[inner] === "string") spec[inner] = { name: spec[inner] };
  }
  const small = base === undefined ? {} : { base: modelOf(base as ModelSettings).spec };
  return schemeFrom({ ...spec, ...small } as unknown as SchemeSpec);
}

function jsonIn(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${where} is not JSON: ${(error as Error).message}`);
  }
}
