import { bytesOf, type Dtype } from "./dtypes.ts";
import { type ByteReader, malformed } from "./file.ts";
import { elementsOf, type StoredTensor } from "./stored.ts";

/** The first bytes of a .npy file. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** As NumPy itself refuses larger ones by default, at 10,000. */
const MOST_HEADER_BYTES = 65_535;

/** NumPy's names without their byte order. */
const dtypeNames: Readonly<Record<string, Dtype>> = {
  b1: "BOOL",
  u1: "U8",
  i1: "I8",
  u2: "U16",
  i2: "I16",
  f2: "F16",
  u4: "U32",
  i4: "I32",
  f4: "F32",
  u8: "U64",
  i8: "I64",
  f8: "F64",
};

/** NumPy's name of a dtype with the low byte first; undefined for BF16, which NumPy has not. */
export function descriptionOf(dtype: Dtype): string | undefined {
  const name = Object.keys(dtypeNames).find((key) => dtypeNames[key] === dtype);
  return name && (bytesOf(dtype) === 1 ? "|" : "<") + name;
}

/**
 * The tensor of `size` bytes in .npy format that `open` reads from the start.
 *
 * The format: 0x93 "NUMPY", the version as two bytes, the header's length (uint16 in version 1,
 * uint32 in 2 and 3, little-endian), the header as a Python dictionary, the elements.
 *
 * @throws {TypeError} where the header is malformed or asks for Python objects, or the size is wrong.
 *
 * Reference: NumPy 2.4, numpy.lib.format.
 */
export function readNpy(
  path: string,
  name: string,
  size: number,
  open: () => ByteReader,
): StoredTensor {
  const reader = open(), lead = new Uint8Array(8);
  reader.read(lead);
  const [major, minor] = lead.subarray(6);
  if (!MAGIC.every((byte, i) => lead[i] === byte) || major < 1 || major > 3 || minor !== 0) {
    throw malformed(path, `it must begin with NUMPY and a version from 1.0 to 3.0`);
  }
  const lengthBytes = new Uint8Array(major === 1 ? 2 : 4);
  reader.read(lengthBytes);
  const length = lengthBytes.reduceRight((value, byte) => value * 256 + byte, 0);
  if (length > MOST_HEADER_BYTES) {
    throw malformed(path, `its header must have at most ${MOST_HEADER_BYTES} bytes: got ${length}`);
  }
  const header = new Uint8Array(length), start = 8 + lengthBytes.length + length;
  reader.read(header);
  const { description, isFortran, shape } = readHeader(path, new TextDecoder().decode(header));
  const { dtype, bigEndian } = readDescription(path, description);
  const bytes = elementsOf(path, name, shape) * bytesOf(dtype);
  if (start + bytes !== size) {
    throw malformed(
      path,
      `its header and ${dtype} of shape (${shape.join(", ")}) take ${
        start + bytes
      } bytes: got ${size}`,
    );
  }
  return {
    ...{ name, dtype, shape, bytes, order: isFortran ? "F" : "C", path, bigEndian },
    reader: () => {
      const elements = open();
      elements.read(new Uint8Array(start));
      return elements;
    },
  };
}

/** A dictionary of the three keys in any order. */
function readHeader(path: string, text: string) {
  const tokens = text.match(/'[^'\\]*'|"[^"\\]*"|\d+L?|[A-Za-z]+|\S/g) ?? [];
  let at = 0;
  const wrong = (expected: string) =>
    malformed(path, `its header must have ${expected}: found ${tokens[at] ?? "its end"}`);
  const expect = (token: string) => {
    if (tokens[at] !== token) throw wrong(token);
    at++;
  };
  /** Items, a comma between them and perhaps after the last. */
  const list = (open: string, close: string, item: () => void) => {
    expect(open);
    while (tokens[at] !== close) {
      item();
      if (tokens[at] !== close) expect(",");
    }
    at++;
  };
  const found: { descr?: string; fortran_order?: boolean; shape?: number[] } = {};
  list("{", "}", () => {
    const key = unquoted(tokens[at]);
    if (key !== "descr" && key !== "fortran_order" && key !== "shape" || found[key] !== undefined) {
      throw wrong("the keys descr, fortran_order and shape, once each");
    }
    at++;
    expect(":");
    if (key === "descr") {
      found.descr = unquoted(tokens[at]);
      if (found.descr === undefined) throw wrong("one dtype for all elements");
      at++;
    } else if (key === "fortran_order") {
      if (tokens[at] !== "True" && tokens[at] !== "False") throw wrong("True or False");
      found.fortran_order = tokens[at++] === "True";
    } else {
      const shape: number[] = found.shape = [], start = at;
      list("(", ")", () => {
        if (!/^(?:0|[1-9]\d*)L?$/.test(tokens[at] ?? "")) throw wrong("sizes >= 0");
        shape.push(parseInt(tokens[at++]));
      });
      if (shape.length === 1 && at - start === 3) throw wrong("a comma after the only size");
    }
  });
  const { descr: description, fortran_order: isFortran, shape } = found;
  if (description === undefined || isFortran === undefined || shape === undefined) {
    throw wrong("the keys descr, fortran_order and shape");
  }
  if (at < tokens.length) throw wrong("nothing after its dictionary");
  return { description, isFortran, shape };
}

/** What stands between the quotes of a token. */
function unquoted(token = ""): string | undefined {
  return /^['"]/.test(token) ? token.slice(1, -1) : undefined;
}

function readDescription(path: string, description: string) {
  const order = description[0], dtype = description.slice(1);
  if (Object.hasOwn(dtypeNames, dtype)) {
    const isByte = dtype.endsWith("1");
    if (order === "<" || order === ">" || isByte && order === "|") {
      return { dtype: dtypeNames[dtype], bigEndian: order === ">" };
    }
  }
  throw new TypeError(
    `Cannot read ${path} as its dtype ${JSON.stringify(description)} is none of ` +
      `${Object.keys(dtypeNames).join(", ")} with a byte order: save it as one of them` +
      (dtype.startsWith("O") ? " (reading Python objects would run code)" : ""),
  );
}
