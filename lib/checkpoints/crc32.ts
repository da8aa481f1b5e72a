/** The remainders of one byte, for the reversed polynomial 0xedb88320. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >>> 1 ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of what `before` is the CRC-32 of, followed by `bytes`; 0 is that of nothing. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = rest >>> 8 ^ table[(rest ^ bytes[i]) & 255];
  return ~rest >>> 0;
}
