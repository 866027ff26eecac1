"use client";
/** The collections: made by a name, deleted with what is in them. */
import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/errors";
import { type Collection, useCreateCollection, useDeleteCollection } from "@/api/knowledge";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Field, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";

interface Props {
  collections: Collection[];
  current: string | null;
  onPick: (name: string) => void;
}

export function Collections({ collections, current, onPick }: Props) {
  const create = useCreateCollection();
  const remove = useDeleteCollection();
  const [name, setName] = useState("");
  // Deleting takes the documents along and cannot be undone: the second click is the decision.
  const [asked, setAsked] = useState<string | null>(null);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === "") return;
    create.mutate(wanted, {
      onSuccess: (made) => {
        setName("");
        onPick(made.name);
      },
    });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <form onSubmit={onSubmit}>
        <Field label="New collection" error={create.error ? messageOf(create.error) : undefined}>
          {(ids) => (
            <div className="flex gap-2">
              <TextInput
                {...ids}
                value={name}
                maxLength={100}
                placeholder="handbook"
                onChange={(event) => {
                  setName(event.target.value);
                  create.reset();
                }}
              />
              <Button
                type="submit"
                disabled={name.trim() === ""}
                title={name.trim() === "" ? "Give it a name" : undefined}
              >
                <Plus size={16} strokeWidth={1.75} aria-hidden="true" />
                Create
              </Button>
            </div>
          )}
        </Field>
      </form>
      <ul aria-label="Collections" className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
        {collections.map((collection) => (
          <li
            key={collection.name}
            className={cn(
              "group relative flex min-h-8 items-center rounded-md hover:bg-hover max-tab:min-h-11",
              collection.name === current && "bg-active hover:bg-active",
            )}
          >
            <button
              type="button"
              onClick={() => onPick(collection.name)}
              aria-current={collection.name === current ? "true" : undefined}
              className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md pr-1 pl-2 text-left max-tab:h-11"
            >
              <span
                className={cn("min-w-0 flex-1 truncate", collection.name === current && "font-medium")}
                title={collection.name}
              >
                {collection.name}
              </span>
              {asked !== collection.name && (
                <span className="num pr-1 text-xs text-3 pointer-fine:group-focus-within:invisible pointer-fine:group-hover:invisible">
                  {collection.documents}
                </span>
              )}
            </button>
            {asked === collection.name ? (
              <span className="flex flex-none items-center pr-1">
                <Button
                  variant="plain"
                  size="xs"
                  className="text-failed"
                  onClick={() => remove.mutate(collection.name, { onSettled: () => setAsked(null) })}
                >
                  Delete {collection.documents === 1 ? "1 document" : `${collection.documents} documents`}
                </Button>
                <Button variant="plain" size="xs" onClick={() => setAsked(null)}>
                  Keep
                </Button>
              </span>
            ) : (
              <IconButton
                label={`Delete ${collection.name}`}
                size="xs"
                className="mr-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100 pointer-fine:absolute pointer-fine:right-0"
                onClick={() => setAsked(collection.name)}
              >
                <Trash2 size={14} strokeWidth={1.75} aria-hidden="true" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {remove.isError && <Notice title="Not deleted.">{messageOf(remove.error)}</Notice>}
    </div>
  );
}
