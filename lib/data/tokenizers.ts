import { found, numbers, text as checkText } from "../tensor/arguments.ts";

/** A text as a sequence of tokens, each the index of an entry in a vocabulary. */
export interface Tokenizer {
  /** What each token stands for; its length V is the number of classes of a next-token prediction. */
  readonly vocabulary: readonly string[];
  /** @throws {RangeError} where the text holds what no token stands for. */
  encode(text: string): Uint32Array;
  /** @throws {RangeError} where a number is not a token. */
  decode(tokens: ArrayLike<number>): string;
}

/**
 * One token for each character that a text holds, in the order of their code points.
 *
 * @throws {RangeError} where the text is empty.
 *
 * @example
 * ```ts
 * import { characters } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { vocabulary, encode, decode } = characters("hello");
 * expect(vocabulary).toEqual(["e", "h", "l", "o"]);
 * expect(decode(encode("hole"))).toBe("hole");
 * ```
 */
export function characters(text: string): Tokenizer {
  const vocabulary = [...new Set(checkText("text", text))].sort((a, b) =>
    a.codePointAt(0)! - b.codePointAt(0)!
  );
  if (vocabulary.length === 0) {
    throw new RangeError("Cannot make a vocabulary of an empty text: give a text with characters");
  }
  const tokens = new Map(vocabulary.map((character, token) => [character, token]));
  return {
    vocabulary,
    encode: (text) =>
      Uint32Array.from([...checkText("text", text)], (character, i) => {
        const token = tokens.get(character);
        if (token !== undefined) return token;
        throw new RangeError(
          `Cannot encode the character ${JSON.stringify(character)} at place ${i} as the ` +
            "vocabulary was made from a text without it: leave it out, or make the vocabulary from all texts",
        );
      }),
    decode: (ids) => Array.from(numbers("tokens", ids), (id) => entry(vocabulary, id)).join(""),
  };
}

/**
 * Byte-level byte-pair encoding: tokens 0 to 255 are the bytes of UTF-8, and each further one joins the two tokens that
 * most often stand side by side inside a word of the text (the lowest pair where several do).
 *
 * A word is a run of letters, of digits or of other signs, with the blank before it. Any text can be encoded.
 *
 * @throws {RangeError} where `size` is not an integer from 256 to 65,536, or the text has too few pairs that repeat.
 *
 * @example
 * ```ts
 * import { bytePairs } from "step-zero/data";
 * import { expect } from "@std/expect";
 *
 * const { vocabulary, encode, decode } = bytePairs("low lower lowest", 259);
 * expect(vocabulary.slice(256)).toEqual(["lo", "low", " low"]);
 * expect(decode(encode("a slow día"))).toBe("a slow día");
 * ```
 *
 * Reference: Sennrich, Haddow and Birch (2016), algorithm 1; on bytes, Radford et al. (2019), section 2.2.
 */
export function bytePairs(text: string, size: number): Tokenizer {
  checkText("text", text);
  if (!(Number.isInteger(size) && size >= 256 && size <= 65_536)) {
    throw new RangeError(
      `Cannot make a vocabulary as its size must be an integer from 256 to 65536: ${found(size)}`,
    );
  }
  const corpus: Word[] = Array.from(
    countEach(words(text)),
    ([word, count]) => ({ tokens: bytesOf(word), count }),
  );
  const pairs = new Map<number, number>(); // how often each pair stands side by side
  for (const word of corpus) tally(pairs, word, 1);
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const joinedBy = new Map<number, number>(); // a pair, as one number, to the token that joins it
  while (bytes.length < size) {
    const pair = mostFrequent(pairs);
    if (pair === undefined) {
      throw new RangeError(
        `Cannot make a vocabulary of ${size} tokens from this text as no pair is left to join ` +
          `after ${bytes.length}: ask for fewer, or give a longer text`,
      );
    }
    for (const word of corpus) {
      if (!holds(word.tokens, pair)) continue;
      tally(pairs, word, -1);
      word.tokens = join(word.tokens, pair, bytes.length);
      tally(pairs, word, 1);
    }
    joinedBy.set(pair, bytes.length);
    const [left, right] = [Math.floor(pair / PAIR), pair % PAIR];
    bytes.push(Uint8Array.of(...bytes[left], ...bytes[right]));
  }
  const known = new Map<string, readonly number[]>();
  const encodeWord = (word: string) => {
    let tokens = known.get(word);
    if (tokens === undefined) known.set(word, tokens = joinAll(bytesOf(word), joinedBy));
    return tokens;
  };
  return {
    vocabulary: bytes.map((entry) => new TextDecoder().decode(entry)),
    encode: (text) => Uint32Array.from(words(checkText("text", text)).flatMap(encodeWord)),
    decode: (ids) =>
      new TextDecoder().decode(Uint8Array.from(
        Array.from(numbers("tokens", ids)).flatMap((id) => [
          ...entry(bytes, id),
        ]),
      )),
  };
}

/** More than any token, so that left PAIR + right names a pair by one number. */
const PAIR = 65_536;

function words(text: string): string[] {
  return text.match(/ ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ?? [];
}

function bytesOf(word: string): number[] {
  return [...new TextEncoder().encode(word)];
}

interface Word {
  tokens: readonly number[];
  /** How often the text holds it. */
  readonly count: number;
}

function countEach(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Adds a word's pairs to the counts, `times` as often as the text holds it. */
function tally(pairs: Map<number, number>, { tokens, count }: Word, times: number): void {
  for (let i = 1; i < tokens.length; i++) {
    const pair = tokens[i - 1] * PAIR + tokens[i];
    pairs.set(pair, (pairs.get(pair) ?? 0) + times * count);
  }
}

/** The pair that stands side by side most often, at least twice; of several the lowest. */
function mostFrequent(pairs: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined, most = 1;
  for (const [pair, count] of pairs) {
    if (count > most || (count === most && best !== undefined && pair < best)) {
      [best, most] = [pair, count];
    }
  }
  return best;
}

function holds(tokens: readonly number[], pair: number): boolean {
  for (let i = 1; i < tokens.length; i++) {
    if (tokens[i - 1] * PAIR + tokens[i] === pair) return true;
  }
  return false;
}

/** The tokens with each occurrence of a pair, from the left, replaced by one token. */
function join(tokens: readonly number[], pair: number, joined: number): number[] {
  const out: number[] = [];
  for (const token of tokens) {
    if (out.length > 0 && out[out.length - 1] * PAIR + token === pair) out[out.length - 1] = joined;
    else out.push(token);
  }
  return out;
}

/** A word's tokens: the pairs it holds are joined in the order in which the vocabulary learned them. */
function joinAll(
  tokens: readonly number[],
  joinedBy: ReadonlyMap<number, number>,
): readonly number[] {
  for (;;) {
    let pair = NaN, joined = Infinity;
    for (let i = 1; i < tokens.length; i++) {
      const candidate = tokens[i - 1] * PAIR + tokens[i];
      const by = joinedBy.get(candidate) ?? Infinity;
      if (by < joined) [pair, joined] = [candidate, by];
    }
    if (joined === Infinity) return tokens;
    tokens = join(tokens, pair, joined);
  }
}

function entry<T>(entries: readonly T[], id: number): T {
  if (Number.isInteger(id) && id >= 0 && id < entries.length) return entries[id];
  throw new RangeError(
    `Cannot decode ${id}: a token is an integer from 0 to ${entries.length - 1}`,
  );
}
