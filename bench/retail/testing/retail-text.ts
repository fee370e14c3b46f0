/** The header of the retail file. */
export const RETAIL_HEADER =
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/** A retail file of these rows; each is `invoice,code,quantity,price,customer`, an hour after the one before. */
export function retailText(rows: readonly string[]): string {
  const lines = rows.map((row, index) => {
    const [invoice = "", code = "", quantity = "", price = "", customer = ""] = row.split(",");
    const hour = String(index % 24).padStart(2, "0");
    const day = String(1 + Math.floor(index / 24)).padStart(2, "0");
    return `${invoice},${code},THING ${code},${quantity},2010-12-${day} ${hour}:00:00,${price},${customer},United Kingdom`;
  });
  return `${[RETAIL_HEADER, ...lines].join("\n")}\n`;
}
