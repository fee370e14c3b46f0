import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SalesAnswer, SellingChoice, SellingFigures } from "../../protocol/console-act.ts";
import { countedText, numberText } from "../model/numbers.ts";

/** Asks which products are meant, unless that is said already (`fixed`). */
export function SellingChoiceFields({
  fixed,
  choice,
  sales,
  choose,
}: {
  readonly fixed: SellingChoice | null;
  readonly choice: SellingChoice | null;
  /** Null while they are not known. */
  readonly sales: SalesAnswer | null;
  readonly choose: (choice: SellingChoice | null) => void;
}): JSX.Element {
  const [skus, setSkus] = useState(choice?.type === "skus" ? choice.skus.join(", ") : "");
  if (fixed !== null) return <p>{fixedText(fixed)}</p>;
  return (
    <fieldset>
      <legend>Which products</legend>
      <Radio
        label="The whole shop"
        figures={sales?.shop}
        isChosen={choice?.type === "all"}
        choose={() => choose({ type: "all" })}
      />
      {(sales?.sales ?? []).map((each) => (
        <Radio
          key={each.sale}
          label={`${each.title} (${each.sale})`}
          figures={each}
          isChosen={choice?.type === "sale" && choice.sale === each.sale}
          choose={() => choose({ type: "sale", sale: each.sale })}
        />
      ))}
      {sales === null && <p class="fine">Looking which sales there are…</p>}
      {sales?.isListCurrent === false && <p class="missing">These figures are behind the journal.</p>}
      <Radio
        label="Products by their SKU"
        figures={undefined}
        isChosen={choice?.type === "skus"}
        choose={() => choose(choiceOf(skus))}
      />
      {choice?.type === "skus" && (
        <>
          <label for="act-skus">SKUs, with commas between</label>
          <input
            id="act-skus"
            value={skus}
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={({ currentTarget: { value } }) => {
              setSkus(value);
              choose(choiceOf(value));
            }}
          />
        </>
      )}
    </fieldset>
  );
}

function Radio({
  label,
  figures,
  isChosen,
  choose,
}: {
  readonly label: string;
  readonly figures: SellingFigures | undefined;
  readonly isChosen: boolean;
  readonly choose: () => void;
}): JSX.Element {
  return (
    <label class="act-radio">
      <input type="radio" name="act-choice" required checked={isChosen} onChange={choose} />
      <span>
        {label}
        {figures !== undefined && <span class="fine"> {figuresText(figures)}</span>}
      </span>
    </label>
  );
}

function figuresText({ products, paused, available }: SellingFigures): string {
  const pauses = paused === 0 ? "" : `, ${numberText(paused)} paused`;
  return `${countedText(products, "product")}${pauses}, ${countedText(available, "unit")} left`;
}

function choiceOf(text: string): SellingChoice {
  const skus = text.split(",").map((sku) => sku.trim());
  return { type: "skus", skus: skus.filter((sku) => sku !== "") };
}

function fixedText(choice: SellingChoice): string {
  if (choice.type === "all") return "The whole shop";
  return choice.type === "sale" ? `The sale ${choice.sale}` : choice.skus.join(", ");
}
