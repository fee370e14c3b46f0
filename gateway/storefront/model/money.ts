import { LOCALE } from "./written-for.ts";

// ISO 4217 currencies whose decimals are not two. `Intl` follows CLDR here, which takes away decimals that are not used
// in cash (IQD, for one) and would show a thousand times too much.
const OTHER_EXPONENTS: readonly (readonly [exponent: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const formats = new Map<string, Intl.NumberFormat>();

/** Shows an amount of money, such as "£1,234.50". `amountMinor` counts the currency's smallest units: pence, yen, fils. */
export function formatMoney(amountMinor: number, currency: string, locale = LOCALE): string {
  return formatOf(currency, locale).format(amountMinor / 10 ** exponentOf(currency));
}

/** An amount as machines read it, such as "1234.50". */
export function decimalPrice(amountMinor: number, currency: string): string {
  const exponent = exponentOf(currency);
  return (amountMinor / 10 ** exponent).toFixed(exponent);
}

/** By how much a price is below another, in whole percent rounded down; 0 when it is not. */
export function percentOff(unitPriceMinor: number, basePriceMinor: number): number {
  if (unitPriceMinor >= basePriceMinor || basePriceMinor <= 0) return 0;
  return Math.floor(((basePriceMinor - unitPriceMinor) * 100) / basePriceMinor);
}

function exponentOf(currency: string): number {
  return OTHER_EXPONENTS.find(([, codes]) => codes.includes(currency))?.[0] ?? 2;
}

function formatOf(currency: string, locale: string | undefined): Intl.NumberFormat {
  const name = `${locale ?? ""}/${currency}`;
  let format = formats.get(name);
  if (format === undefined) {
    const decimals = exponentOf(currency);
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formats.set(name, format);
  }
  return format;
}
