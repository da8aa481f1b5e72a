import { expect } from "@std/expect";
import { mobyDick } from "../lib/data/mobyDick.ts";
import { bytePairs, characters } from "../lib/data/tokenizers.ts";

const text = (await mobyDick()).slice(0, 60_000);

Deno.test("characters() gives each character one token, in the order of code points, and back", () => {
  const { vocabulary, encode, decode } = characters("déjà vu 🐋");
  expect(vocabulary).toEqual([" ", "d", "j", "u", "v", "à", "é", "🐋"]);
  expect([...encode("vu🐋")]).toEqual([4, 3, 7]);
  expect(decode(encode("déjà vu 🐋"))).toBe("déjà vu 🐋");
  const moby = characters(text);
  expect(moby.decode(moby.encode(text))).toBe(text);
});

Deno.test("characters() refuses what it cannot encode or decode", () => {
  const { encode, decode } = characters("abc");
  expect(() => encode("abx")).toThrow('Cannot encode the character "x" at place 2');
  expect(() => decode([3])).toThrow("Cannot decode 3: a token is an integer from 0 to 2");
  expect(() => decode([0.5])).toThrow(RangeError);
  expect(() => characters("")).toThrow("empty text");
});

/** Byte-pair encoding as the paper's algorithm states it: count all pairs anew for each join. */
function plainJoins(words: string[], joins: number): string[] {
  let corpus = words.map((word) =>
    [...new TextEncoder().encode(word)].map((byte) => String.fromCharCode(byte))
  );
  const learned: string[] = [],
    order = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
  for (let n = 0; n < joins; n++) {
    const counts = new Map<string, number>();
    for (const tokens of corpus) {
      for (let i = 1; i < tokens.length; i++) {
        const pair = `${order.indexOf(tokens[i - 1])} ${order.indexOf(tokens[i])}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const most = Math.max(...counts.values());
    const [[a, b]] = [...counts].filter(([, c]) => c === most)
      .map(([pair]) => pair.split(" ").map(Number)).sort((p, q) => p[0] - q[0] || p[1] - q[1]);
    const [left, right] = [order[a], order[b]];
    corpus = corpus.map((tokens) => {
      const out: string[] = [];
      for (let i = 0; i < tokens.length; i++) {
        if (tokens[i] === left && tokens[i + 1] === right) out.push(left + right), i++;
        else out.push(tokens[i]);
      }
      return out;
    });
    order.push(left + right);
    learned.push(left + right);
  }
  return learned;
}

Deno.test("bytePairs() joins what the plain algorithm joins", () => {
  const ascii = text.slice(0, 3000).replace(/[^ -~]/g, "");
  const words = ascii.match(/ ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+/g)!;
  expect(bytePairs(ascii, 256 + 60).vocabulary.slice(256)).toEqual(plainJoins(words, 60));
});

Deno.test("bytePairs() encodes any text and gives it back, in fewer tokens the larger it is", () => {
  const [small, large] = [bytePairs(text, 260), bytePairs(text, 400)];
  expect(large.vocabulary.length).toBe(400);
  for (const sample of [text, "", "日本語 and naïve 🐋", "\n\n  two  blanks "]) {
    for (const { encode, decode } of [small, large]) {
      expect(decode(encode(sample))).toBe(sample);
    }
  }
  expect(large.encode(text).length).toBeLessThan(0.75 * small.encode(text).length);
  expect(Math.max(...large.encode(text))).toBe(399);
});

Deno.test("bytePairs() never joins across words, nor a letter with a digit or a sign", () => {
  const { vocabulary } = bytePairs(text, 500);
  expect(vocabulary.filter((token) => /\S\s|\p{L}[^\p{L}]|[^\p{L} ]\p{L}/u.test(token))).toEqual(
    [],
  );
});

Deno.test("bytePairs() refuses sizes and tokens that cannot be", () => {
  expect(() => bytePairs(text, 255)).toThrow("its size must be an integer from 256 to 65536");
  expect(() => bytePairs(text, 300.5)).toThrow(RangeError);
  expect(() => bytePairs("abab", 300)).toThrow("no pair is left to join after 257");
  expect(() => bytePairs(text, 260).decode([260])).toThrow("from 0 to 259");
});
