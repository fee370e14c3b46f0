/** @jsxImportSource preact */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isServer } from "../model/written-for.ts";

/** A modal dialog. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog(props: {
  readonly class: string;
  readonly titleId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const pressed = useRef<EventTarget | null>(null);
  useEffect(() => {
    if (!props.isOpen) return element.current?.close();
    if (element.current === null) return;
    // The server opens what nobody can lay over the page yet.
    element.current.open = false;
    element.current.showModal();
    // The focus starts at what the dialog is about.
    document.getElementById(props.titleId)?.focus();
  }, [props.isOpen, props.titleId]);
  return (
    <dialog
      ref={element}
      open={isServer && props.isOpen}
      class={props.class}
      aria-labelledby={props.titleId}
      onClose={props.onClose}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        // A click on the backdrop counts as one on the dialog itself, outside of what it holds; so does one that only ends there,
        // such as when words are marked.
        const { target, currentTarget } = event;
        if (target === currentTarget && pressed.current === currentTarget) props.onClose();
      }}
    >
      <div class="dialog-body">{props.isOpen && props.children}</div>
    </dialog>
  );
}
