import { malformed, quoted } from "./file.ts";

/** Spaces as JSON knows them. */
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const DEEPEST = 32;
/** Entries of a list that nobody asked for. */
const MOST_SKIPPED = 65_536;

/**
 * Reads JSON from start to end, asking for what must come next; keys of an object must differ.
 *
 * It keeps nothing but the keys, so that a hostile text costs no more memory than its own length.
 */
export class JsonReader {
  readonly #path: string;
  readonly #text: string;
  #at = 0;

  /** @throws {TypeError} where the bytes are not UTF-8. */
  constructor(path: string, bytes: Uint8Array) {
    this.#path = path;
    try {
      this.#text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw malformed(path, "its JSON is not UTF-8");
    }
  }

  /** Calls `member` at the value of each key. */
  object(most: number, member: (key: string) => void): void {
    const keys = new Set<string>();
    this.#list("{", "}", most, () => {
      const key = this.string();
      if (keys.has(key)) throw malformed(this.#path, `its JSON has the key ${quoted(key)} twice`);
      keys.add(key);
      this.#expect(":");
      member(key);
    });
  }

  /** Calls `item` at each value. */
  array(most: number, item: () => void): void {
    this.#list("[", "]", most, item);
  }

  string(): string {
    this.#space();
    const start = this.#at;
    this.#expect('"');
    for (let code = -1; code !== 34; this.#at++) {
      code = this.#text.charCodeAt(this.#at);
      if (code === 92) this.#at++; // a backslash, and what it stands before
      if (this.#at >= this.#text.length) throw this.#wrong("the end of a string");
    }
    try {
      const value: string = JSON.parse(this.#text.slice(start, this.#at));
      if (value.isWellFormed()) return value;
    } catch { /* a control character or an unknown escape */ }
    this.#at = start;
    throw this.#wrong("a string of Unicode characters");
  }

  /** An integer >= 0 that a number holds exactly. */
  count(): number {
    const [digits, fraction, exponent] = this.#number();
    const value = Number(digits);
    if (digits[0] !== "-" && !fraction && !exponent && Number.isSafeInteger(value)) return value;
    this.#at -= digits.length;
    throw this.#wrong("an integer from 0 to 2^53 - 1");
  }

  /** Passes over a value of any kind. */
  skip(depth = 0): void {
    if (depth > DEEPEST) throw malformed(this.#path, `its JSON is nested over ${DEEPEST} deep`);
    this.#space();
    const next = this.#text[this.#at];
    if (next === "{") this.object(MOST_SKIPPED, () => this.skip(depth + 1));
    else if (next === "[") this.array(MOST_SKIPPED, () => this.skip(depth + 1));
    else if (next === '"') this.string();
    else {
      const word = ["true", "false", "null"].find((name) => this.#text.startsWith(name, this.#at));
      if (word === undefined) this.#number();
      else this.#at += word.length;
    }
  }

  /** Nothing but spaces may be left. */
  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#wrong("the end");
  }

  #list(open: string, close: string, most: number, item: () => void): void {
    this.#expect(open);
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (let count = 1; count <= most; count++) {
      item();
      this.#space();
      if (this.#text[this.#at] === close) {
        this.#at++;
        return;
      }
      this.#expect(",");
    }
    throw malformed(this.#path, `a list in its JSON has over ${most} entries`);
  }

  #number(): RegExpMatchArray {
    this.#space();
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (found === null) throw this.#wrong("a number");
    this.#at += found[0].length;
    return found;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)![0].length;
  }

  #expect(character: string): void {
    this.#space();
    if (this.#text[this.#at] !== character) throw this.#wrong(character);
    this.#at++;
  }

  #wrong(expected: string): TypeError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return malformed(
      this.#path,
      `its JSON must have ${expected} at character ${this.#at}: ` +
        (found === "" ? "it ends there" : `found ${quoted(found)}`),
    );
  }
}
