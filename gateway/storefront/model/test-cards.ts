/** A means of payment of the test provider: no money moves. */
export interface TestCard {
  readonly token: string;
  readonly name: string;
  readonly number: string;
  readonly effect: string;
}

/** The test cards, by what the provider does with them. The first one is chosen unless told. */
export const TEST_CARDS: readonly [TestCard, ...TestCard[]] = [
  { token: "tok_ok", name: "Works", number: "4242", effect: "Approved at once." },
  {
    token: "tok_declined",
    name: "Declined",
    number: "0002",
    effect: "The bank says no; nothing is charged.",
  },
  { token: "tok_slow_1500", name: "Slow", number: "1500", effect: "Approved after a second and a half." },
  {
    token: "tok_timeout",
    name: "Silent",
    number: "0408",
    effect: "The bank never answers; your items come back.",
  },
];
