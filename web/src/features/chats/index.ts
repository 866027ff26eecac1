/** The chats pane, the menu of a chat, and the list of deleted chats. The search palette is loaded when it is opened. */
export { ChatMenu } from "./ChatMenu";
export { ChatsPane } from "./ChatsPane";
export { DeletedChats } from "./DeletedChats";
export { useDeletingChat } from "./deletion";
