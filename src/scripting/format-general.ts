// Formats a double as C's printf does with %.<precision>g.

/** The text of a finite double, of infinity ("inf", "-inf") or of not-a-number ("nan", "-nan" is never written). */
export function formatGeneral(value: number, precision: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14 && precision >= 14) {
    return value === 0 && Object.is(value, -0) ? "-0" : `${value}`;
  }
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const text = roundedToEven(value, precision);
  const e = text.indexOf("e");
  const exponent = Number(text.slice(e + 1));
  const isNegative = value < 0;
  const digits = text.slice(isNegative ? 1 : 0, e).replace(".", "");
  const sign = isNegative ? "-" : "";
  if (exponent < -4 || exponent >= precision) {
    const mantissa = withoutZeros(`${digits[0]}.${digits.slice(1)}`);
    const size = `${Math.abs(exponent)}`.padStart(2, "0");
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}${withoutZeros(`0.${"0".repeat(-exponent - 1)}${digits}`)}`;
  return `${sign}${withoutZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)}`;
}

// Of two texts that are equally near C takes the one with the even digit, JavaScript the larger one.
function roundedToEven(value: number, precision: number): string {
  const text = value.toExponential(precision - 1);
  const e = text.indexOf("e");
  if ((text.charCodeAt(e - 1) & 1) === 0) return text; // The last digit is even already.
  const exact = value.toExponential(Math.min(100, precision + 40));
  const end = exact.indexOf("e");
  const from = (exact.startsWith("-") ? 1 : 0) + 1 + precision; // Behind the digits that are kept, and the point.
  if (!/^50*$/.test(exact.slice(from, end))) return text;
  // A tie: what is kept of the exact digits is the smaller of the two, and the even one.
  return exact.slice(0, from) + exact.slice(end);
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}
