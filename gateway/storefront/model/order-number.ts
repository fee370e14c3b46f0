/** What people call an order: the end of its cart's id and its number, such as "F3A90C-2". */
export function orderNumber(orderId: string): string {
  const [cart = orderId, number] = orderId.split("~");
  return number === undefined ? orderId : `${cart.slice(-6).toUpperCase()}-${number}`;
}
