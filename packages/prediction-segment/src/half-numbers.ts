/** The numbers that 16 bits stand for: FP16 (IEEE 754 binary16), or BF16 (the upper half of binary32). */
export function numbersOfHalves(datatype: 'FP16' | 'BF16', bits: Uint16Array): Float32Array {
  if (datatype === 'BF16') return new Float32Array(Uint32Array.from(bits, (value) => value << 16).buffer);
  return Float32Array.from(bits, numberOfHalf);
}

function numberOfHalf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
