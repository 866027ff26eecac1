/** The chats pane and the list of deleted chats. The search palette is loaded when it is opened. */
export { ChatsPane } from "./ChatsPane";
export { DeletedChats } from "./DeletedChats";
