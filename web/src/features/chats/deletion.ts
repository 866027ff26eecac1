/** The chat that was deleted last, so that one click can bring it back, wherever it was deleted from. */
import { create } from "zustand";
import { type Chat, useDeleteChat, useRestoreChat } from "@/api/chats";

interface Deletion {
  chat: Pick<Chat, "id" | "title"> | null;
  set: (chat: Pick<Chat, "id" | "title"> | null) => void;
  forget: () => void;
}

const useDeletion = create<Deletion>()((set) => ({
  chat: null,
  set: (chat) => set({ chat }),
  forget: () => set({ chat: null }),
}));

export function useDeletedChat() {
  return useDeletion((state) => state.chat);
}

/** Deletes a chat and offers to bring it back; `undo` does. */
export function useDeletingChat() {
  const remove = useDeleteChat();
  const restore = useRestoreChat();
  const { chat, set, forget } = useDeletion();
  return {
    error: remove.error ?? restore.error,
    remove: (target: Pick<Chat, "id" | "title">, onGone: () => void) =>
      remove.mutate(target.id, {
        onSuccess: () => {
          set(target);
          onGone();
        },
      }),
    undo: (onBack: (id: string) => void) => {
      if (chat === null) return;
      restore.mutate(chat.id, { onSuccess: () => onBack(chat.id) });
      set(null);
    },
    forget,
  };
}
